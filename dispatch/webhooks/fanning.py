"""Turns what happened into messages for whoever listens, each once, in the order in which it was kept."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from dispatch.webhooks.capturing import TOPIC, Happening
from dispatch.webhooks.catalogue import wanted
from dispatch.webhooks.messages import lies_in, subjects
from dispatch.webhooks.models import WebhookDelivery, WebhookSubscription
from dispatch.webhooks.states import DeliveryState, SubscriptionState
from kernel import outbox
from kernel.actor import Level
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

S = WebhookSubscription


def fan_out(uow: UnitOfWork, *, limit: int) -> int:
    """Take so many rows out of the outbox, make the messages, and return how many rows there were.

    A constant number of statements. A worker that dies meanwhile leaves everything as it was.
    """
    kept = outbox.take(uow.session, TOPIC, now=uow.now, limit=limit)
    if not kept:
        return 0
    happened = [Happening.of_json(one) for payload in kept for one in payload["happened"]]
    listeners = uow.session.execute(
        select(S.id, S.level, S.place_id, S.events).where(S.state == SubscriptionState.ACTIVE.value).order_by(S.id)
    ).all()
    rows = subjects(uow, ((one.event, one.subject_id) for one in happened)) if listeners else {}
    deliveries = [
        delivery_row(uow, listener.id, one)
        for one in happened
        if (row := rows.get(one.subject_id)) is not None
        for listener in listeners
        if wanted(listener.events, one.event) and lies_in(row, Level(listener.level), listener.place_id)
    ]
    fresh = insert_rows(
        uow.session,
        WebhookDelivery,
        deliveries,
        on_conflict="(subscription_id, event_id) DO NOTHING",
        returning=["subscription_id"],
    )
    wake(uow, sorted({row.subscription_id for row in fresh}))
    return len(kept)


def wake(uow: UnitOfWork, subscription_ids: Sequence[UUID]) -> None:
    """Note that these have something due now."""
    if subscription_ids:
        uow.session.execute(
            update(S)
            .where(S.id.in_(subscription_ids), or_(S.next_due_at.is_(None), S.next_due_at > uow.now))
            .values(next_due_at=uow.now)
            .execution_options(synchronize_session=False)
        )


def delivery_row(uow: UnitOfWork, subscription_id: UUID, one: Happening) -> dict[str, Any]:
    """Return a message that is to be sent now."""
    return {
        "id": uow.new_id(),
        "subscription_id": subscription_id,
        "event_id": one.id,
        "event": one.event,
        "subject_id": one.subject_id,
        "happened_at": one.at,
        "data": dict(one.data),
        "state": DeliveryState.WAITING.value,
        "tries": 0,
        "created_at": uow.now,
        "due_at": uow.now,
        "ended_at": None,
        "last_status": None,
        "last_error": None,
    }
