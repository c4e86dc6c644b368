"""What can be done with webhooks: subscribe, change, give a new secret, remove, try out, and send again what was given up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update

from dispatch.outward.target import Target
from dispatch.territory import queries as territory
from dispatch.texts import line
from dispatch.webhooks import errors, queries, signing
from dispatch.webhooks.authority import keeps
from dispatch.webhooks.capturing import Happening
from dispatch.webhooks.catalogue import CHOICES, TEST
from dispatch.webhooks.delivering import LEASE, Letter, Turn, secrets_of
from dispatch.webhooks.fanning import delivery_row, wake
from dispatch.webhooks.messages import Waiting, write
from dispatch.webhooks.models import WebhookDelivery, WebhookSubscription, WebhookTry
from dispatch.webhooks.queries import DeliveryFilter
from dispatch.webhooks.states import Content, DeliveryState, SubscriptionState
from kernel.actor import Level
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN
from kernel.identifiers import new_secret_bytes
from kernel.unit_of_work import Reading, UnitOfWork

MOST = 50
"""Webhooks of one region, or of everywhere."""
AT_ONCE = 500
"""Messages that are sent again with one request."""
BOTH_VALID = timedelta(hours=24)
"""How long the secret before the present one goes on signing, unless it is said otherwise."""
S, D = WebhookSubscription, WebhookDelivery


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription that was made, or whose secret is new; it is shown this once."""

    id: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class Replay:
    """Messages that are sent again, and how many more the filter lets through."""

    replayed: int
    left: int


def subscribe(
    uow: UnitOfWork,
    *,
    name: str,
    url: str,
    target: Target,
    events: Collection[str],
    content: Content,
    level: Level,
    place_id: UUID | None,
) -> Subscribed:
    """Let another system hear of these events in a place; it sees by the caller's eyes. `target` is what was read in the url.

    Raises:
        NotFound (territory.*_unknown); Forbidden (forbidden): the caller does not keep the webhooks of the region.
        Invalid (webhooks.place_wrong, webhooks.event_unknown, invalid); Conflict (webhooks.too_many).
    """
    region_id = _region_of(uow, level, place_id)
    if not keeps(uow.actor, region_id):
        raise FORBIDDEN()
    there = select(func.count()).select_from(S).where(S.region_id.is_not_distinct_from(region_id))
    if (uow.session.scalar(there) or 0) >= MOST:
        raise errors.TOO_MANY()
    key, secret = uow.new_id(), new_secret_bytes()
    row = {
        "id": key,
        "region_id": region_id,
        "level": level.value,
        "place_id": place_id,
        "owner_id": uow.actor.user_id,
        "name": line(name, longest=80, path="/name"),
        "host": target.host[:255],
        "url": url,
        "events": checked_events(events),
        "content": content.value,
        "state": SubscriptionState.ACTIVE.value,
        "why": None,
        "secret": secret,
        "old_secret": None,
        "both_sign_until": None,
        "created_at": uow.now,
        "updated_at": uow.now,
        "next_due_at": None,
        "rest_until": uow.now,
        "failures": 0,
        "failing_since": None,
        "last_delivered_at": None,
        "last_error": None,
    }
    insert_rows(uow.session, S, [row])
    return Subscribed(key, signing.shown(secret))


def _region_of(reading: Reading, level: Level, place_id: UUID | None) -> UUID | None:
    if (level is Level.EVERYWHERE) != (place_id is None):
        raise errors.PLACE_WRONG(path="/place_id")
    if place_id is None:
        return None
    if level is Level.REGION:
        return territory.region(reading, place_id).id
    if level is Level.STATION:
        return territory.station(reading, place_id).region_id
    if level is Level.GROUP:
        return territory.places_of_group(reading, place_id).region_id
    return territory.places_of_zone(reading, place_id).region_id


def checked_events(events: Collection[str]) -> list[str]:
    """Return the events that were chosen, each once. Raises Invalid (webhooks.event_unknown) with the path."""
    chosen = list(dict.fromkeys(events))
    for nth, name in enumerate(chosen):
        if name not in CHOICES:
            raise errors.EVENT_UNKNOWN(name, path=f"/events/{nth}")
    return chosen


def change(
    uow: UnitOfWork,
    *,
    subscription_id: UUID,
    name: str | None = None,
    url: str | None = None,
    target: Target | None = None,
    events: Collection[str] | None = None,
    content: Content | None = None,
    active: bool | None = None,
) -> None:
    """Change a subscription; what is None stays. Who makes one active that was not, owns it from now on.

    Raises NotFound (webhooks.unknown), Invalid (webhooks.event_unknown, invalid).
    """
    row = load(uow, subscription_id)
    values: dict[str, Any] = {"updated_at": uow.now}
    if name is not None:
        values["name"] = line(name, longest=80, path="/name")
    if url is not None and target is not None:
        values |= {"url": url, "host": target.host[:255]}
    if events is not None:
        values["events"] = checked_events(events)
    if content is not None:
        values["content"] = content.value
    if active is False and row.state == SubscriptionState.ACTIVE.value:
        values["state"] = SubscriptionState.PAUSED.value
    if active and row.state != SubscriptionState.ACTIVE.value:
        values |= {
            "state": SubscriptionState.ACTIVE.value,
            "why": None,
            "owner_id": uow.actor.user_id,
            "failures": 0,
            "failing_since": None,
            "rest_until": uow.now,
            "next_due_at": uow.now,
        }
    _set(uow, subscription_id, values)


def rotate(uow: UnitOfWork, *, subscription_id: UUID, both_valid: timedelta = BOTH_VALID) -> Subscribed:
    """Give a subscription a new secret; the one before goes on signing for a while, so that no receiver misses a message.

    Raises NotFound (webhooks.unknown).
    """
    row = load(uow, subscription_id)
    secret = new_secret_bytes()
    values = {"secret": secret, "old_secret": row.secret, "both_sign_until": uow.now + both_valid}
    _set(uow, subscription_id, values | {"updated_at": uow.now})
    return Subscribed(subscription_id, signing.shown(secret))


def remove(uow: UnitOfWork, *, subscription_id: UUID) -> None:
    """Remove a subscription with all that was sent, or waits. Raises NotFound (webhooks.unknown)."""
    load(uow, subscription_id)
    mine = select(D.id).where(D.subscription_id == subscription_id)
    for statement in (
        delete(WebhookTry).where(WebhookTry.delivery_id.in_(mine)),
        delete(D).where(D.subscription_id == subscription_id),
        delete(S).where(S.id == subscription_id),
    ):
        uow.session.execute(statement.execution_options(synchronize_session=False))


def test_turn(uow: UnitOfWork, *, subscription_id: UUID) -> Turn:
    """Write a message that shows whether a receiver works, to be sent now by the caller, whatever state the subscription is in.

    Raises NotFound (webhooks.unknown).
    """
    row = load(uow, subscription_id)
    data = {"message": "If you can read this and its signature is right, all is well."}
    happening = Happening(uow.new_id(), TEST, uow.new_id(), subscription_id, uow.now, data)
    stored = delivery_row(uow, subscription_id, happening) | {"due_at": uow.now + LEASE}
    insert_rows(uow.session, D, [stored])
    waiting = Waiting(**{name: stored[name] for name in Waiting.__dataclass_fields__})
    letter = Letter(waiting.id, write(waiting, None, Content.IDS))
    return Turn(subscription_id, row.url, secrets_of(row, uow.now), (letter,))


def replay(
    uow: UnitOfWork, *, subscription_id: UUID, ids: Sequence[UUID] = (), filters: DeliveryFilter | None = None
) -> Replay:
    """Send messages again, under the ids that they had: those with these ids, or those that a filter lets through, oldest first.

    What waits is sent now. Raises NotFound (webhooks.unknown, webhooks.delivery_unknown), Invalid (webhooks.nothing_chosen).
    """
    load(uow, subscription_id)
    if not ids and filters is None:
        raise errors.NOTHING_CHOSEN(path="/ids")
    which: list[ColumnElement[bool]] = [D.subscription_id == subscription_id, D.event != TEST]
    which += [D.id.in_(ids)] if filters is None else queries.delivery_conditions(filters)
    found = uow.session.scalars(select(D.id).where(*which).order_by(D.id).limit(AT_ONCE)).all()
    if filters is None and len(found) < len(set(ids)):
        raise errors.DELIVERY_UNKNOWN(path="/ids")
    total = uow.session.scalar(select(func.count()).select_from(D).where(*which)) or 0
    uow.session.execute(
        update(D)
        .where(D.id.in_(found))
        .values(state=DeliveryState.WAITING.value, tries=0, due_at=uow.now, ended_at=None)
        .execution_options(synchronize_session=False)
    )
    wake(uow, [subscription_id] if found else [])
    return Replay(len(found), total - len(found))


def load(uow: UnitOfWork, subscription_id: UUID) -> Any:
    """Load a subscription under its lock. Raises NotFound (webhooks.unknown)."""
    mine = queries.kept_by(uow)
    row = uow.session.execute(
        select(*S.__table__.c).where(S.id == subscription_id, mine).with_for_update()
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    return row


def forget(uow: UnitOfWork, *, ended_before: datetime, limit: int) -> int:
    """Delete so many messages that ended before a moment (aware), with their tries; return how many there were."""
    old = uow.session.scalars(select(D.id).where(D.ended_at < ended_before).order_by(D.ended_at).limit(limit)).all()
    if old:
        for statement in (delete(WebhookTry).where(WebhookTry.delivery_id.in_(old)), delete(D).where(D.id.in_(old))):
            uow.session.execute(statement.execution_options(synchronize_session=False))
    return len(old)


def _set(uow: UnitOfWork, subscription_id: UUID, values: dict[str, Any]) -> None:
    uow.session.execute(
        update(S).where(S.id == subscription_id).values(values).execution_options(synchronize_session=False)
    )
