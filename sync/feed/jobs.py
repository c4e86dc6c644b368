"""What is done to the feed by itself."""

from datetime import timedelta

from sqlalchemy import select

from kernel.actor import system_actor
from kernel.change_feed import FeedHead
from kernel.runtime import Runtime
from sync.feed.archiving import archive
from sync.feed.horizon import drop_removals, move_on
from sync.feed.moments import tell

COLLECT, TURN, ARCHIVE = "feed.collect", "feed.turn", "feed.archive"
COLLECT_SIZE = 5_000
"""Removals that one transaction drops."""
ARCHIVE_SIZE = 500
"""Orders that one transaction looks at."""
TURN_SIZE = 1_000
"""Roles, duties and so on, of each kind, that one transaction announces."""


def collect_removals(runtime: Runtime) -> None:
    """Drop the removals that no phone needs any more, region by region, then move each horizon on.

    The transactions are apart: those that write the feed lock the head before the rows.
    """
    with runtime.session() as session:
        regions = session.scalars(select(FeedHead.region_id).order_by(FeedHead.region_id)).all()
    silent = timedelta(days=runtime.settings.horizon_days)
    for region_id in regions:
        dropped = COLLECT_SIZE
        while dropped == COLLECT_SIZE:
            with runtime.unit_of_work(system_actor()) as uow:
                dropped = drop_removals(uow, region_id, limit=COLLECT_SIZE)
        with runtime.unit_of_work(system_actor()) as uow:
            move_on(uow, region_id, silent=silent)


def tell_of_moments(runtime: Runtime) -> None:
    """Tell phones what began or ended because its time came, until the feed is at the present."""
    more = True
    while more:
        with runtime.unit_of_work(system_actor()) as uow:
            more = tell(uow, limit=TURN_SIZE)


def archive_orders(runtime: Runtime) -> None:
    """Take orders that are over for long off the phones, some hundreds in each transaction, until none is due."""
    silent = timedelta(days=runtime.settings.horizon_days)
    found = ARCHIVE_SIZE
    while found == ARCHIVE_SIZE:
        with runtime.unit_of_work(system_actor()) as uow:
            found = archive(uow, limit=ARCHIVE_SIZE, silent=silent)
