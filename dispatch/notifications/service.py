"""What can be done with notices: tell people."""

from collections.abc import Sequence

from dispatch.accounts import queries as accounts
from dispatch.notifications.catalogue import language_of
from dispatch.notifications.models import Notification
from dispatch.notifications.notice import Notice
from dispatch.notifications.wording import word
from dispatch.territory import queries as territory
from kernel import outbox
from kernel.database import insert_rows
from kernel.unit_of_work import UnitOfWork

TOPIC = "notification"


def tell(uow: UnitOfWork, notices: Sequence[Notice]) -> None:
    """Tell people: into the inbox of each, in their language, and a message for each in the outbox.

    Told again, a key reaches nobody twice, even long after it was delivered: that somebody has it is kept with the notice, under
    a unique key. Whoever is unknown or no longer active is passed over. Four statements for any number, none without notices.

    Raises KeyError: a text is unknown or a value is missing, which is a mistake of the caller.
    """
    if not notices:
        return
    people = accounts.contacts_of(uow, {user_id for notice in notices for user_id in notice.user_ids})
    zones = territory.timezones_of(uow, {notice.region_id for notice in notices if notice.region_id is not None})
    rows = []
    for notice in notices:
        timezone = None if notice.region_id is None else zones[notice.region_id]
        texts = {
            language: word(notice.template, language, notice.values, timezone)
            for language in {language_of(people[one].locale) for one in notice.user_ids if one in people} or {"zh-CN"}
        }
        for user_id in dict.fromkeys(notice.user_ids):
            if user_id not in people or not people[user_id].active:
                continue
            text = texts[language_of(people[user_id].locale)]
            rows.append(
                {
                    "id": uow.new_id(),
                    "recipient_id": user_id,
                    "region_id": notice.region_id,
                    "key": notice.key,
                    "template": notice.template,
                    "title": text.title,
                    "body": text.body,
                    "urgent": notice.urgent,
                    "created_at": uow.now,
                    "read_at": None,
                }
            )
    new = insert_rows(
        uow.session,
        Notification,
        rows,
        on_conflict="(recipient_id, key) DO NOTHING",
        returning=["id", "recipient_id", "region_id", "key"],
    )
    outbox.store(
        uow.session,
        [
            {
                "id": uow.new_id(),
                "region_id": row.region_id,
                "topic": TOPIC,
                "key": f"{row.key}:{row.recipient_id}",
                "payload": {"notification_id": str(row.id)},
                "created_at": uow.now,
                "due_at": uow.now,
                "attempts": 0,
                "last_error": None,
            }
            for row in new
        ],
    )
