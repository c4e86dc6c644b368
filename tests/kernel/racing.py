"""Processes that race each other; what they import is loaded once, so that each starts at once."""

import multiprocessing
import random
import time
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select, text

from kernel import runtime as runtimes
from kernel.actor import system_actor
from kernel.change_feed import Change, FeedHead
from kernel.settings import Settings

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def start(job: Callable[..., None], *each: tuple[object, ...]) -> list[multiprocessing.process.BaseProcess]:
    """Start a process for each of these arguments."""
    started: list[multiprocessing.process.BaseProcess] = [_context.Process(target=job, args=args) for args in each]
    for one in started:
        one.start()
    return started


def count_up(settings: Settings, rounds: int) -> None:
    """Read the number, then write one more: what loses updates wherever two may read the same number."""
    runtime = runtimes.make(settings)
    for _ in range(rounds):
        with runtime.unit_of_work(system_actor()) as uow:
            n = uow.session.scalars(select(FeedHead.n).with_for_update()).one()
            uow.session.execute(text("UPDATE feed_heads SET n = :n"), {"n": n + 1})
    runtime.close()


def write_for_a_while(settings: Settings, region_id: UUID, scope: str, writer: int, rounds: int) -> None:
    """Announce changes, commit late, and sometimes not at all."""
    runtime = runtimes.make(settings)
    dice = random.Random(writer)
    for n in range(rounds):
        try:
            with runtime.unit_of_work(system_actor()) as uow:
                uow.announce(
                    Change(region_id, scope, "work_orders", f"{writer}-{n}-{k}") for k in range(dice.randint(1, 3))
                )
                numbers = dice.random()

                def late(_: object, numbers: float = numbers) -> None:
                    time.sleep(numbers / 200)
                    if numbers < 0.15:
                        raise RuntimeError("this one is rolled back")

                uow.after_feed.append(late)
        except RuntimeError:
            continue
    runtime.close()
