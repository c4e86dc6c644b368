"""What can be done with messages to customers: tell many one thing, each once, and send what could not be sent before."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.notifications import errors
from dispatch.notifications.catalogue import LANGUAGES
from dispatch.notifications.kinds import MessageStatus
from dispatch.notifications.managing import check_region
from dispatch.notifications.models import CustomerMessage, RegionMessaging
from dispatch.notifications.notice import MASK, Addressee, CustomerNotice
from dispatch.notifications.service import message
from dispatch.notifications.wording import word
from dispatch.territory import queries as territory
from kernel import outbox
from kernel.bulk import insert_rows
from kernel.sealed_columns import seal_rows
from kernel.unit_of_work import UnitOfWork

TOPIC = "customer.message"


def tell_customers(uow: UnitOfWork, notices: Sequence[CustomerNotice]) -> int:
    """Tell customers, each in the language of the region, by the way that the region has to their phones.

    Without such a way, or without a number, the message is kept as not sent, and staff sees why. Told again, a key reaches no
    customer twice. Returns how many messages are on their way. Four statements at most for any number, none without notices.

    Raises KeyError: a text is unknown or a value is missing, which is a mistake of the caller.
    """
    if not notices:
        return 0
    regions = {notice.region_id for notice in notices}
    zones = territory.timezones_of(uow, regions)
    columns = (RegionMessaging.region_id, RegionMessaging.language, RegionMessaging.customer_service)
    found = uow.session.execute(select(*columns).where(RegionMessaging.region_id.in_(regions)))
    known = {row.region_id: row for row in found}
    rows = []
    for notice in notices:
        region = known.get(notice.region_id)
        language = LANGUAGES[0] if region is None else region.language
        has_way = region is not None and region.customer_service is not None
        masks = {name: MASK.format(name=name) for name in notice.secrets}
        word(notice.template, language, {"name": "", **notice.values, **masks}, None)
        for one in notice.customers:
            values = {"name": one.name, **notice.values, **masks}
            text = word(notice.template, language, values, zones[notice.region_id])
            rows.append(_row(uow, notice, one, text.title, text.body, _status(one, has_way)))
    new = insert_rows(
        uow.session,
        CustomerMessage,
        seal_rows(uow.sealer, CustomerMessage, rows),
        on_conflict="(customer_id, key) DO NOTHING",
        returning=["id", "region_id", "customer_id", "key", "status"],
    )
    secrets = {notice.key: dict(notice.secrets) for notice in notices if notice.secrets}
    waiting = [row for row in new if row.status == MessageStatus.WAITING.value]
    _send(uow, waiting, secrets)
    return len(waiting)


def resend(uow: UnitOfWork, *, region_id: UUID, limit: int = 1000) -> int:
    """Send what was not sent because the region had no way to customers' phones, or because that way failed.

    Returns how many there were: at most `limit`, the oldest first.

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden); Conflict (notifications.no_customer_channel).
    """
    check_region(uow, region_id)
    has_way = select(RegionMessaging.customer_service).where(RegionMessaging.region_id == region_id)
    if uow.session.scalar(has_way) is None:
        raise errors.NO_CUSTOMER_CHANNEL()
    rows = uow.session.execute(
        select(CustomerMessage.id, CustomerMessage.region_id, CustomerMessage.customer_id, CustomerMessage.key)
        .where(
            CustomerMessage.region_id == region_id,
            CustomerMessage.status.in_([MessageStatus.NO_CHANNEL.value, MessageStatus.FAILED.value]),
            # What was sent with a secret cannot be sent again: it was not kept.
            CustomerMessage.body.not_like(f"%{MASK[0]}%"),
        )
        .order_by(CustomerMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    uow.session.execute(
        update(CustomerMessage)
        .where(CustomerMessage.id.in_([row.id for row in rows]))
        .values(status=MessageStatus.WAITING.value, last_error=None)
        .execution_options(synchronize_session=False)
    )
    _send(uow, rows)
    return len(rows)


def _send(
    uow: UnitOfWork, rows: Iterable[Any], secrets: Mapping[str, Mapping[str, str]] = MappingProxyType({})
) -> None:
    letters = [
        (
            row.region_id,
            f"{row.key}:{row.customer_id}",
            {"message_id": str(row.id), **({"secrets": secrets[row.key]} if row.key in secrets else {})},
        )
        for row in rows
    ]
    outbox.store(uow.session, [message(uow, TOPIC, *one) for one in letters])


def _status(one: Addressee, has_way: bool) -> MessageStatus:
    if not any(character.isdigit() for character in one.phone or ""):
        return MessageStatus.NO_PHONE
    return MessageStatus.WAITING if has_way else MessageStatus.NO_CHANNEL


def _row(
    uow: UnitOfWork, notice: CustomerNotice, one: Addressee, title: str, body: str, status: MessageStatus
) -> dict[str, Any]:
    return {
        "id": uow.new_id(),
        "region_id": notice.region_id,
        "station_id": one.places.station_id,
        "group_id": one.places.group_id,
        "zone_id": one.places.zone_id,
        "customer_id": one.customer_id,
        "phone": one.phone,
        "key": notice.key,
        "template": notice.template,
        "title": title,
        "body": body,
        "urgent": notice.urgent,
        "status": status.value,
        "created_at": uow.now,
        "sent_at": None,
        "last_error": None,
    }
