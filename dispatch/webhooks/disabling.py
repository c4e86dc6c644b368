"""Ends sending to a receiver that does not answer any more, and tells people so."""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from dispatch.accounts import queries as accounts
from dispatch.notifications.notice import Notice, Term
from dispatch.notifications.service import tell
from dispatch.webhooks.models import WebhookDelivery, WebhookSubscription
from dispatch.webhooks.states import DeliveryState, SubscriptionState, Why
from kernel.actor import Role
from kernel.unit_of_work import UnitOfWork


def disable(uow: UnitOfWork, row: Any, why: Why, *, last_error: str | None = None) -> None:
    """Disable a subscription, and tell its owner, or regional operations where the owner is the reason.

    What waited is given up as dead letters, which a person can send again.
    """
    changed = {"state": SubscriptionState.DISABLED.value, "why": why.value, "next_due_at": None, "updated_at": uow.now}
    if last_error is not None:
        changed["last_error"] = last_error
    _set(uow, WebhookSubscription, WebhookSubscription.id == row.id, changed)
    waits = WebhookDelivery.state == DeliveryState.WAITING.value
    _set(
        uow,
        WebhookDelivery,
        (WebhookDelivery.subscription_id == row.id) & waits,
        {"state": DeliveryState.DEAD.value, "ended_at": uow.now},
    )
    values = {"name": row.name, "host": row.host, "why": Term(f"webhooks.{why.value}")}
    key = f"webhook:{row.id}:{uow.now:%Y%m%d%H%M%S}"
    tell(uow, [Notice("webhooks.disabled", key, _concerned(uow, row, why), values, row.region_id)])


def _concerned(uow: UnitOfWork, row: Any, why: Why) -> tuple[UUID, ...]:
    if why is not Why.OWNER_LEFT or row.region_id is None:
        return (row.owner_id,)
    return accounts.holders_of(uow, Role.REGIONAL_OPERATIONS, row.region_id)


def _set(uow: UnitOfWork, model: Any, which: Any, values: dict[str, Any]) -> None:
    uow.session.execute(update(model).where(which).values(values).execution_options(synchronize_session=False))
