"""Lets a person decide about ops that wait: each one by itself, all in one transaction, nothing of them ever deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dispatch.people import queries as people
from kernel.actor import Role
from kernel.bulk import insert_rows, update_rows
from kernel.unit_of_work import UnitOfWork
from sync.appliers.desk import Settled
from sync.ingest.models import Op, OpState
from sync.quarantine import errors
from sync.quarantine.deciding import Decision, Outcome, decide
from sync.quarantine.models import OpDecision
from sync.quarantine.queries import by_id, waiting
from sync.reconcile.receipts import announce_receipts, keep_progress

DECIDERS = frozenset({Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
MOST = 500
"""Ops that one decision may be about."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one op: `done`, `unchanged` (with the code that still stands), `forbidden` or `unknown`."""

    id: UUID
    status: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """What became of all of them; `more` tells that the filter finds others yet. `regions` have ops for a worker."""

    results: tuple[Decided, ...]
    more: bool
    regions: tuple[UUID, ...]


def decide_on(
    uow: UnitOfWork,
    *,
    decision: Decision,
    reason: str,
    ids: Sequence[UUID] | None = None,
    filters: Mapping[str, Any] | None = None,
) -> Decisions:
    """Decide about ops by their ids, or about up to 500 that a filter finds. A constant number of statements.

    What is not in sight is `unknown`. Raises Invalid (op.which) unless exactly one of the two is given.
    """
    if (ids is None) == (filters is None):
        raise errors.WHICH(path="/ids")
    rows, more = _found(uow, ids, filters)
    posts = people.posts_of(uow, {row.user_id for row in rows})
    outcomes: dict[UUID, tuple[Any, Outcome]] = {}
    results: dict[UUID, Decided] = {key: Decided(key, "unknown") for key in ids or ()}
    for row in rows:
        station_id, group_id = posts.get(row.user_id, (None, None))
        if not uow.actor.roles_over(row.region_id, station_id, group_id, None) & DECIDERS:
            results[row.op_id] = Decided(row.op_id, "forbidden")
            continue
        outcome = decide(decision, OpState(row.state), row.code, row.payload)
        if outcome.state is None:
            results[row.op_id] = Decided(row.op_id, "unchanged", outcome.code)
        else:
            results[row.op_id] = Decided(row.op_id, "done")
            outcomes[row.op_id] = (row, outcome)
    write_decisions(uow, decision, reason, outcomes)
    going_on = {row.region_id for row, outcome in outcomes.values() if outcome.state is OpState.PENDING}
    return Decisions(tuple(results.values()), more, tuple(sorted(going_on)))


def _found(uow: UnitOfWork, ids: Sequence[UUID] | None, filters: Mapping[str, Any] | None) -> tuple[list[Any], bool]:
    """Lock the ops, in the order of their ids as everywhere."""
    statement = waiting(uow, filters) if filters is not None else by_id(uow, ids or ())
    rows = uow.session.execute(statement.order_by(Op.op_id).limit(MOST + 1).with_for_update(of=Op)).all()
    return list(rows[:MOST]), len(rows) > MOST


def write_decisions(
    uow: UnitOfWork, decision: Decision, reason: str, outcomes: Mapping[UUID, tuple[Any, Outcome]]
) -> None:
    """Write down what was decided about ops that are locked, by op id, with what follows. A constant number of statements."""
    if not outcomes:
        return
    insert_rows(
        uow.session,
        OpDecision,
        [
            {"id": uow.new_id(), "region_id": row.region_id, "op_id": key, "code": row.code}
            for key, (row, _) in outcomes.items()
        ],
        same={"decision": decision.value, "reason": reason, "decided_by": uow.actor.user_id, "decided_at": uow.now},
    )
    going_on = [
        {
            "region_id": row.region_id,
            "op_id": key,
            "state": outcome.state.value,
            "code": outcome.code,
            "settled_at": None,
        }
        for key, (row, outcome) in outcomes.items()
        if outcome.state is OpState.PENDING
    ]
    update_rows(uow.session, Op, going_on, key=["region_id", "op_id"])
    numbers: dict[UUID, list[int]] = {}
    for row, outcome in outcomes.values():
        if outcome.state is OpState.DISCARDED and row.device_seq is not None:
            numbers.setdefault(row.device_id, []).append(row.device_seq)
    keep_progress(uow, numbers)
    for region_id in sorted({row.region_id for row, _ in outcomes.values()}):
        over = {
            key: Settled(OpState.DISCARDED, outcome.code)
            for key, (row, outcome) in outcomes.items()
            if outcome.state is OpState.DISCARDED and row.region_id == region_id
        }
        if over:
            announce_receipts(uow, region_id, (), over)
