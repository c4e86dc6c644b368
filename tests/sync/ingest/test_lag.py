"""How far workers are behind is looked at now and then, at a fixed cost, and decides what is taken."""

from contextlib import suppress
from datetime import timedelta

import pytest

from kernel.errors import DomainError
from kernel.settings import Settings
from sync.ingest.lag import LOOK_SECONDS, LagWatch, Load, refuse
from tests.statements import recorded


def taken(settings: Settings, minutes: float) -> set[str]:
    found = {load.value for load in Load}
    for load in Load:
        with suppress(DomainError):
            refuse(load, timedelta(minutes=minutes), settings)
            continue
        found.remove(load.value)
    return found


@pytest.mark.parametrize(
    ("minutes", "left"),
    [
        (0, {"media", "pull", "push"}),
        (5, {"media", "pull", "push"}),
        (5.1, {"pull", "push"}),
        (15.1, {"push"}),
        (60.1, set()),
    ],
)
def test_photos_are_turned_away_first_and_pushes_last(minutes, left):
    assert taken(Settings.from_environment({}), minutes) == left


def test_the_lag_is_how_long_the_first_op_waits_and_is_believed_for_some_seconds(world):
    phone, (order,) = world.phone(), world.orders()
    ticks = iter((0.0, 1.0, LOOK_SECONDS, LOOK_SECONDS + 1, 3 * LOOK_SECONDS))
    watch = LagWatch(world.runtime, lambda: next(ticks))
    assert watch.lag(world.region_id) == timedelta(0)
    phone.push(phone.op("log.note", order, {"text": "x"}))
    world.clock.at += timedelta(minutes=7)
    phone.push(phone.op("log.note", order, {"text": "y"}))
    with world.runtime.session() as session, recorded(session) as seen:
        assert watch.lag(world.region_id) == timedelta(0), "still believed"
        assert watch.lag(world.region_id) == timedelta(minutes=7)
        assert watch.lag(world.region_id) == timedelta(minutes=7), "still believed"
    assert len([one for one in seen if "sync_ops" in one]) == 1
    world.work()
    assert watch.lag(world.region_id) == timedelta(0)
