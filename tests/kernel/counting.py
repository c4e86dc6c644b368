"""What racing processes do; it imports little, so that they start fast."""

from sqlalchemy import select, text

from kernel import runtime as runtimes
from kernel.actor import system_actor
from kernel.change_feed import FeedHead
from kernel.settings import Settings


def count_up(settings: Settings, rounds: int) -> None:
    """Read the number, then write one more: what loses updates wherever two may read the same number."""
    runtime = runtimes.make(settings)
    for _ in range(rounds):
        with runtime.unit_of_work(system_actor()) as uow:
            n = uow.session.scalars(select(FeedHead.n).with_for_update()).one()
            uow.session.execute(text("UPDATE feed_heads SET n = :n"), {"n": n + 1})
    runtime.close()
