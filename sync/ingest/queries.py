"""What operators ask about the inbox: what waits in it, and since when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from sync.ingest.models import Op, OpState


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many ops wait for a worker, for a gap to fill, and for a person; `oldest_pending` is when the first came in (UTC)."""

    pending: int
    oldest_pending: datetime | None
    held: int
    quarantined: int


def backlog(session: Session) -> Backlog:
    """Count what is not settled in all regions, in two statements that read only what they count."""
    # One statement for each of the partial indexes; a common one could use neither.
    found = _count(session, Op.state == OpState.PENDING.value)
    found |= _count(session, Op.state.in_((OpState.HELD.value, OpState.QUARANTINED.value)))
    number, oldest = found.get(OpState.PENDING, (0, None))
    return Backlog(number, oldest, found.get(OpState.HELD, (0,))[0], found.get(OpState.QUARANTINED, (0,))[0])


def _count(session: Session, which: ColumnElement[bool]) -> dict[str, tuple[int, datetime | None]]:
    statement = select(Op.state, func.count(), func.min(Op.received_at)).where(which).group_by(Op.state)
    return {state: (number, oldest) for state, number, oldest in session.execute(statement)}
