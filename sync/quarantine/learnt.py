"""Ops that came before the server knew their type or version: after the upgrade they go on, as if they came now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from kernel.database import read_page
from kernel.unit_of_work import UnitOfWork
from sync.appliers.registry import TYPES
from sync.ingest.models import Op, OpState
from sync.quarantine.deciding import Decision, decide
from sync.quarantine.service import write_decisions

LEARNABLE = ("future-version", "unknown-type")
"""Reasons that an upgrade may take away."""
REASON = "understood since the server was upgraded"


@dataclass(frozen=True, slots=True)
class Learnt:
    """Where the ops are that go on, and behind which key the next are looked for; None: there are no more."""

    regions: tuple[UUID, ...]
    after: Sequence[Any] | None


def go_on(uow: UnitOfWork, *, after: Sequence[Any] | None, limit: int) -> Learnt:
    """Let ops go on that can be read by now, among the next that wait for it. A constant number of statements."""
    waiting: Any = select(Op.received_at, Op.op_id, Op.region_id).where(
        Op.state == OpState.QUARANTINED.value, Op.code.in_(LEARNABLE), Op.type.in_(sorted(TYPES))
    )
    page = read_page(uow.session, waiting, key=(Op.received_at, Op.op_id), limit=limit, after=after)
    rows = uow.session.execute(
        select(Op.region_id, Op.op_id, Op.device_id, Op.device_seq, Op.state, Op.code, Op.payload)
        .where(
            tuple_(Op.region_id, Op.op_id).in_([(row.region_id, row.op_id) for row in page.items]),
            Op.state == OpState.QUARANTINED.value,
        )
        .order_by(Op.op_id)
        .with_for_update(skip_locked=True)
    )
    outcomes = {
        row.op_id: (row, outcome)
        for row in rows
        if (outcome := decide(Decision.REPLAY, OpState.QUARANTINED, row.code, row.payload)).state is OpState.PENDING
    }
    write_decisions(uow, Decision.REPLAY, REASON, outcomes)
    return Learnt(tuple(sorted({row.region_id for row, _ in outcomes.values()})), page.after)
