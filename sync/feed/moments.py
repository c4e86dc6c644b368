"""What changes on phones because a moment came: roles, duties and rules that begin or end, absences and shifts that are over.

Whoever gives a role for next month announces it then, and phones learn that nothing has changed yet. When the month comes, nobody
does anything. So a sweep asks what began or ended since the moment up to which it came before, and writes into the feed what
giving and ending would have written.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select, update

from dispatch.accounts.moments import grants_beginning, grants_ending
from dispatch.accounts.service import announce_person
from dispatch.fees.policy import SUBJECT as FEES
from dispatch.people.daily import KEPT
from dispatch.people.moments import absences_ending, shifts_ending
from dispatch.policies.moments import policies_beginning
from dispatch.territory.moments import duties_ending
from dispatch.work_orders.catalogue import tell_phones
from dispatch.work_orders.rules import SUBJECT as ORDERS
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork
from sync.feed.models import FeedClock

SLACK = timedelta(seconds=5)
"""By how much the clocks of our hosts may differ. A phone that pulls at once must find that the moment has come there, too."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Where the sweep begins that has never run: whatever phones were not told before, they are told now."""
ONLY = 1

Between = Callable[[datetime, datetime], Select[Any]]
SOURCES: tuple[tuple[Between, timedelta], ...] = (
    (grants_beginning, timedelta(0)),
    (grants_ending, timedelta(0)),
    (duties_ending, timedelta(0)),
    (absences_ending, KEPT),
    (shifts_ending, KEPT),
    (partial(policies_beginning, (ORDERS, FEES)), timedelta(0)),
)
"""What turns by itself, and how long after that it shows on phones. When a duty begins they know already: it is told ahead."""


class Turn(NamedTuple):
    """Something of a person's, or of a whole region's (no person), is different from this moment on."""

    at: datetime
    region_id: UUID
    user_id: UUID | None


def tell(uow: UnitOfWork, *, limit: int) -> bool:
    """Announce what began or ended since the last time, and return whether there may be more.

    `limit` is how many turns of each kind one transaction takes; what comes at one and the same moment is never split. The
    statements are always the same few. Where the clock was put back, what it will reach once more is announced as well: until
    then it is as it was before.
    """
    known = _locked(uow)
    target = uow.now - SLACK
    if known > target + SLACK:
        # What began in the slack before it was put back was not told yet, and phones that pulled then have it.
        turns = _turns(uow, target, known + SLACK)
    elif target > known:
        turns, target = _next(uow, known, target, limit)
    else:
        return False
    for region_id, user_id in dict.fromkeys((one.region_id, one.user_id) for one in turns):
        if user_id is None:
            tell_phones(uow, region_id)
        else:
            announce_person(uow, user_id, region_id)
    uow.session.execute(update(FeedClock).where(FeedClock.id == ONLY).values(told_until=target))
    return target < uow.now - SLACK


def _locked(uow: UnitOfWork) -> datetime:
    """Return the moment up to which the feed was told, and keep other sweeps out until this transaction ends."""
    stands = select(FeedClock.told_until).where(FeedClock.id == ONLY).with_for_update()
    known = uow.session.scalar(stands)
    if known is None:
        insert_rows(uow.session, FeedClock, [{"id": ONLY, "told_until": BEGINNING}], on_conflict="(id) DO NOTHING")
        known = uow.session.scalars(stands).one()
    return known


def _next(uow: UnitOfWork, after: datetime, until: datetime, limit: int) -> tuple[list[Turn], datetime]:
    """Return the turns after a moment, and up to when these are all: `until`, or earlier when there are many."""
    turns, ends = [], until
    for source in SOURCES:
        found = _of(uow, source, after, until, limit)
        turns += found
        if len(found) == limit:
            ends = min(ends, found[-1].at)
    return (turns, until) if ends == until else (_turns(uow, after, ends), ends)


def _turns(uow: UnitOfWork, after: datetime, until: datetime) -> list[Turn]:
    return [turn for source in SOURCES for turn in _of(uow, source, after, until, None)]


def _of(
    uow: UnitOfWork, source: tuple[Between, timedelta], after: datetime, until: datetime, limit: int | None
) -> list[Turn]:
    between, later = source
    statement = between(after - later, until - later)
    if limit is not None:
        statement = statement.order_by(statement.selected_columns["at"]).limit(limit)
    return [Turn(row.at + later, row.region_id, row.user_id) for row in uow.session.execute(statement)]
