"""What a sender needs: whose turn it is, with messages ready to be sent, and a note of what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from dispatch.accounts import queries as accounts
from dispatch.outward.answer import Answer
from dispatch.webhooks import disabling, signing
from dispatch.webhooks.authority import keeps
from dispatch.webhooks.catalogue import TEST
from dispatch.webhooks.messages import Waiting, lies_in, subjects, write
from dispatch.webhooks.models import WebhookDelivery, WebhookSubscription, WebhookTry
from dispatch.webhooks.retrying import next_try, rest
from dispatch.webhooks.states import Content, DeliveryState, SubscriptionState, Why
from kernel.actor import Level
from kernel.bulk import insert_rows, update_rows
from kernel.unit_of_work import Reading, UnitOfWork

LEASE = timedelta(minutes=3)
"""How long a sender has a subscription to itself; one that died gives it back so."""
TURN = 20
"""Messages of one subscription that a sender takes at a time."""
S, D = WebhookSubscription, WebhookDelivery


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, written and not signed yet."""

    delivery_id: UUID
    body: bytes

    def headers(self, at: datetime, secrets: Sequence[bytes]) -> dict[str, str]:
        """Return what goes before it when it is sent at a moment."""
        return {"Content-Type": "application/json", **signing.headers(self.delivery_id, at, self.body, secrets)}


@dataclass(frozen=True, slots=True)
class Turn:
    """A subscription in the hands of a sender, with messages in their order. Each secret signs."""

    subscription_id: UUID
    url: str
    secrets: tuple[bytes, ...]
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """One try: when (aware), and how it was answered."""

    delivery_id: UUID
    at: datetime
    answer: Answer


def claim(uow: UnitOfWork, *, limit: int) -> list[Turn]:
    """Take so many subscriptions whose messages are due. Commit before sending; nobody else sends to them meanwhile."""
    rows = uow.session.execute(
        select(*S.__table__.c)
        .where(S.state == SubscriptionState.ACTIVE.value, S.next_due_at <= uow.now, S.rest_until <= uow.now)
        .order_by(S.next_due_at, S.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    owners = accounts.actors_of_users(uow.session, {row.owner_id for row in rows}, uow.now) if rows else {}
    turns = []
    for row in rows:
        owner = owners.get(row.owner_id)
        if owner is None or not keeps(owner, row.region_id):
            disabling.disable(uow, row, Why.OWNER_LEFT)
            continue
        letters = _letters(uow, Reading(uow.session, owner, uow.now), row)
        _note(uow, row.id, rest_until=uow.now + LEASE if letters else uow.now)
        if letters:
            turns.append(Turn(row.id, row.url, secrets_of(row, uow.now), tuple(letters)))
    return turns


def secrets_of(row: Any, now: datetime) -> tuple[bytes, ...]:
    """Return the secrets that sign now: the present one, and for a while the one before."""
    old = row.old_secret is not None and row.both_sign_until is not None and now < row.both_sign_until
    return (row.secret, row.old_secret) if old else (row.secret,)


def _letters(uow: UnitOfWork, seen: Reading, row: Any) -> list[Letter]:
    """Write what is due; what the owner does not see any more is withheld."""
    names = Waiting.__dataclass_fields__
    due = uow.session.execute(
        select(*(getattr(D, name) for name in names))
        .where(D.subscription_id == row.id, D.state == DeliveryState.WAITING.value, D.due_at <= uow.now)
        .order_by(D.id)
        .limit(TURN)
    ).all()
    waiting = [Waiting(*one) for one in due]
    things = subjects(seen, ((one.event, one.subject_id) for one in waiting))
    shown = {
        one.id: things.get(one.subject_id)
        for one in waiting
        if one.event == TEST
        or ((thing := things.get(one.subject_id)) is not None and lies_in(thing, Level(row.level), row.place_id))
    }
    withheld = [
        {"id": one.id, "state": DeliveryState.WITHHELD.value, "ended_at": uow.now}
        for one in waiting
        if one.id not in shown
    ]
    update_rows(uow.session, D, withheld, key=["id"])
    return [Letter(one.id, write(one, shown[one.id], Content(row.content))) for one in waiting if one.id in shown]


def settle(uow: UnitOfWork, turn: Turn, sent: Sequence[Sent], *, disable_after: timedelta) -> None:
    """Note how messages were answered, when they are sent again, and how the receiver fares. Seven statements at most.

    What was taken out of a turn and not sent is due as before. Nothing is noted of a subscription that is gone.
    """
    row = uow.session.execute(
        select(*S.__table__.c).where(S.id == turn.subscription_id).with_for_update()
    ).one_or_none()
    if row is None:
        return
    tries = _tries(uow, [one.delivery_id for one in sent])
    known = [one for one in sent if one.delivery_id in tries]
    # A clock that was set back may bring the same moment twice; that is no reason to lose what came of the messages.
    once = "(delivery_id, at) DO NOTHING"
    insert_rows(uow.session, WebhookTry, [_try_row(one) for one in known], on_conflict=once)
    update_rows(uow.session, D, [_settled(one, tries[one.delivery_id] + 1) for one in known], key=["id"])
    down = next((one.answer for one in known if one.answer.is_down), None)
    if any(one.answer.is_gone for one in known):
        disabling.disable(uow, row, Why.GONE)
        return
    state = _fares(uow, row, known, down)
    since = state["failing_since"]
    if since is not None and uow.now - since >= disable_after:
        disabling.disable(uow, row, Why.FAILING, last_error=state["last_error"])
        return
    _note(uow, row.id, **state)


def settle_test(uow: UnitOfWork, one: Sent) -> None:
    """Note how a message was answered that shows whether a receiver works; it is not sent again."""
    if _tries(uow, [one.delivery_id]):
        insert_rows(uow.session, WebhookTry, [_try_row(one)])
        state = DeliveryState.DELIVERED if one.answer.is_taken else DeliveryState.DEAD
        row = {**_settled(one, 1), "state": state.value, "ended_at": one.at, "due_at": one.at}
        update_rows(uow.session, D, [row], key=["id"])


def _fares(uow: UnitOfWork, row: Any, sent: Sequence[Sent], down: Answer | None) -> dict[str, Any]:
    """Return how a receiver fares after these tries. One that is back gets at once what waited for it."""
    taken = any(one.answer.is_taken for one in sent)
    failures = 0 if down is None else row.failures + 1
    if taken and row.failing_since is not None and down is None:
        _due_now(uow, row.id)
    errors = [one.answer.says for one in sent if not one.answer.is_taken]
    failing = bool(sent) and not taken
    return {
        "failures": failures,
        "failing_since": (row.failing_since or uow.now) if failing else (None if taken else row.failing_since),
        "last_error": errors[-1] if errors else (None if taken else row.last_error),
        "last_delivered_at": uow.now if taken else row.last_delivered_at,
        "rest_until": uow.now + rest(failures, None if down is None else down.retry_after),
    }


def _due_now(uow: UnitOfWork, subscription_id: UUID) -> None:
    uow.session.execute(
        update(D)
        .where(D.subscription_id == subscription_id, D.state == DeliveryState.WAITING.value, D.due_at > uow.now)
        .values(due_at=uow.now)
        .execution_options(synchronize_session=False)
    )


def _note(uow: UnitOfWork, subscription_id: UUID, **values: Any) -> None:
    """Set how a subscription stands, and when its next message is due."""
    due = select(func.min(D.due_at)).where(D.subscription_id == subscription_id, D.state == DeliveryState.WAITING.value)
    uow.session.execute(
        update(S)
        .where(S.id == subscription_id)
        .values(next_due_at=due.scalar_subquery(), **values)
        .execution_options(synchronize_session=False)
    )


def _tries(uow: UnitOfWork, delivery_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = uow.session.execute(select(D.id, D.tries).where(D.id.in_(delivery_ids)))
    return {row.id: row.tries for row in rows}


def _try_row(one: Sent) -> dict[str, Any]:
    answer = one.answer
    return {
        "delivery_id": one.delivery_id,
        "at": one.at,
        "status": answer.status,
        "took_ms": answer.took_ms,
        "error": answer.error,
        "excerpt": answer.excerpt,
    }


def _settled(one: Sent, tries: int) -> Mapping[str, Any]:
    row = {"id": one.delivery_id, "tries": tries, "last_status": one.answer.status, "last_error": one.answer.says}
    if one.answer.is_taken:
        return row | {"state": DeliveryState.DELIVERED.value, "ended_at": one.at, "due_at": one.at}
    again = next_try(one.delivery_id, tries, one.at, one.answer.retry_after)
    if again is None:
        return row | {"state": DeliveryState.DEAD.value, "ended_at": one.at, "due_at": one.at}
    return row | {"state": DeliveryState.WAITING.value, "ended_at": None, "due_at": again}
