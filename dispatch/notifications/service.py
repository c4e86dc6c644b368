"""What can be done with notices to people: tell them, and mark as read what one was told."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.accounts import queries as accounts
from dispatch.notifications import errors
from dispatch.notifications.catalogue import LANGUAGES, language_of
from dispatch.notifications.models import Notification, NotificationChannel, RegionMessaging
from dispatch.notifications.notice import Notice
from dispatch.notifications.wording import word
from dispatch.territory import queries as territory
from kernel import outbox
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

TOPIC = "notification"


def tell(uow: UnitOfWork, notices: Sequence[Notice]) -> None:
    """Tell people: into the inbox of each, in their language, and a message for each in the outbox.

    Told again, a key reaches nobody twice, even long after it was delivered: that somebody has it is kept with the notice, under
    a unique key. Whoever is unknown or no longer active is passed over, and so is a place without a chat. Five statements at
    most for any number, none without notices.

    Raises KeyError: a text is unknown or a value is missing, which is a mistake of the caller.
    """
    if not notices:
        return
    people = accounts.contacts_of(uow, {user_id for notice in notices for user_id in notice.user_ids})
    languages = {key: language_of(one.locale) for key, one in people.items() if one.active}
    languages |= _languages_of_chats(uow, {place_id for notice in notices for place_id in notice.place_ids})
    zones = territory.timezones_of(uow, {notice.region_id for notice in notices if notice.region_id is not None})
    rows = []
    for notice in notices:
        timezone = None if notice.region_id is None else zones[notice.region_id]
        texts = {language: word(notice.template, language, notice.values, timezone) for language in LANGUAGES}
        for recipient_id in dict.fromkeys((*notice.user_ids, *notice.place_ids)):
            if recipient_id not in languages:
                continue
            text = texts[languages[recipient_id]]
            rows.append(
                {
                    "id": uow.new_id(),
                    "recipient_id": recipient_id,
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
    names = ["id", "recipient_id", "region_id", "key"]
    new = insert_rows(uow.session, Notification, rows, on_conflict="(recipient_id, key) DO NOTHING", returning=names)
    letters = [(row.region_id, f"{row.key}:{row.recipient_id}", {"notification_id": str(row.id)}) for row in new]
    outbox.store(uow.session, [message(uow, TOPIC, *one) for one in letters])


def _languages_of_chats(uow: UnitOfWork, place_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the languages of those of these places that have a chat. One statement, none without places."""
    if not place_ids:
        return {}
    rows = uow.session.execute(
        select(NotificationChannel.owner_id, RegionMessaging.language)
        .outerjoin(RegionMessaging, RegionMessaging.region_id == NotificationChannel.region_id)
        .where(NotificationChannel.owner_id.in_(place_ids))
    )
    return {row.owner_id: row.language or LANGUAGES[0] for row in rows}


def message(uow: UnitOfWork, topic: str, region_id: UUID | None, key: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the outbox that is due at once."""
    return {
        "id": uow.new_id(),
        "region_id": region_id,
        "topic": topic,
        "key": key,
        "payload": payload,
        "created_at": uow.now,
        "due_at": uow.now,
        "attempts": 0,
        "last_error": None,
    }


def mark_read(uow: UnitOfWork, *, notification_id: UUID) -> None:
    """Mark one of the caller's own notices as read; harmless when it is. Raises NotFound (notifications.unknown)."""
    own = select(Notification.id).where(
        Notification.id == notification_id, Notification.recipient_id == uow.actor.user_id
    )
    if uow.session.scalar(own) is None:
        raise errors.UNKNOWN()
    _mark(uow, Notification.id == notification_id)


def mark_all_read(uow: UnitOfWork, *, up_to: UUID) -> None:
    """Mark the caller's own notices as read, from the oldest to this one.

    Raises NotFound (notifications.unknown): it is none of theirs.
    """
    mark_read(uow, notification_id=up_to)
    _mark(uow, Notification.id <= up_to)


def _mark(uow: UnitOfWork, which: Any) -> None:
    uow.session.execute(
        update(Notification)
        .where(which, Notification.recipient_id == uow.actor.user_id, Notification.read_at.is_(None))
        .values(read_at=uow.now)
        .execution_options(synchronize_session=False)
    )
