from datetime import timedelta

from sqlalchemy import select

from kernel.outbox import OutboxMessage
from sync import wiring


def test_the_watch_looks_at_every_clock_that_is_due_and_its_notices_are_sent(world):
    world.orders(3)
    world.phone()
    world.clock.at += timedelta(hours=5)
    wiring.watch_clocks(world.runtime)
    with world.reading() as reading:
        assert len(reading.session.scalars(select(OutboxMessage.key)).all()) == 3
    wiring.watch_clocks(world.runtime)
    world.runtime.senders = wiring.senders(world.runtime)
    wiring.send(world.runtime)
    with world.reading() as reading:
        assert reading.session.scalars(select(OutboxMessage.key)).all() == []


def test_everything_that_recurs_is_a_job(world):
    assert {one.job for one in wiring.periodic(world.runtime.settings)} <= set(wiring.JOBS)
