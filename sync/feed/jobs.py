"""What is done to the feed by itself."""

from datetime import timedelta

from sqlalchemy import select

from kernel.actor import system_actor
from kernel.change_feed import FeedHead
from kernel.runtime import Runtime
from sync.feed.horizon import drop_removals, move_on

COLLECT = "feed.collect"
COLLECT_SIZE = 5_000
"""Removals that one transaction drops."""


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
