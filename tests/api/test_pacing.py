"""Phones that ask too often are told when to come again, and a server that is behind says so before it refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.pacing import PACES, SYNC, Pace
from sync.ingest.lag import LOOK_SECONDS
from tests.api.routes.test_sync import batch, op, push
from tests.api.routes.test_uploads import begin
from tests.api.world import Door, problem


class Ticking:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@given(st.lists(st.floats(0, 30), max_size=80), st.integers(1, 120), st.integers(1, 40))
def test_a_bucket_gives_no_more_than_its_burst_and_its_rate_and_refuses_only_beyond(pauses, per_minute, burst):
    tick = Ticking()
    pace = Pace(per_minute, burst, tick)
    taken: list[float] = []
    for pause in pauses:
        tick.at += pause
        turn = pace.take(1)
        if turn.wait:
            # Whoever waits as long as they were told gets their turn.
            tick.at += turn.wait + 1e-6
            assert pace.take(1).wait == 0
        taken.append(tick.at)
        assert 0 <= turn.left < 1
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            spell = taken[last] - taken[first]
            assert last - first + 1 <= burst + spell * per_minute / 60 + 1e-3


def test_phones_do_not_use_up_each_others_turns():
    pace = Pace(1, 2, Ticking())
    assert [pace.take(1).wait > 0 for _ in range(3)] == [False, False, True]
    assert pace.take(2).wait == 0


@pytest.fixture
def paced(runtime, door):
    """Make an application of its own, which stands for a server with these settings."""

    def make(**settings):
        runtime.settings = replace(runtime.settings, **settings)
        made = Door(create_app(runtime), door.world)
        answer = made.post("technician", "/v1/devices", {"install_id": "paced"}).json
        made.world.tokens["phone"] = answer["token"]
        return made, answer

    return make


def test_a_phone_that_asks_too_often_is_told_when_to_come_again(paced):
    door, _ = paced(device_per_minute=30, device_burst=3)
    asked = [door.get("phone", "/v1/sync/head") for _ in range(4)]
    assert [one.status_code for one in asked] == [200, 200, 200, 429]
    assert problem(asked[3]) == (429, "too-many-requests")
    assert asked[3].headers["Retry-After"] == "2"
    assert asked[3].json["retryable"]
    assert begin(door).status_code == 201, "photos have turns of their own"
    assert door.get("manager", "/v1/me").status_code == 200
    limits = door.get("phone", "/v1/sync/limits")
    assert problem(limits) == (429, "too-many-requests")


def test_a_phone_is_asked_to_slow_down_before_it_is_refused(paced):
    door, phone = paced(device_per_minute=30, device_burst=4)

    def slowed(n):
        body = push(door, batch(door, phone, op(door, n, "log.note", text="x"))).json
        return [one for one in body["directives"] if one["do"] == "slow-down"]

    assert [slowed(n) for n in (1, 2, 3)] == [[], [], [{"do": "slow-down", "batch": 100, "after_ms": 2000}]]


def test_a_server_that_is_behind_takes_pushes_last_and_says_so_first(paced, clock):
    door, phone = paced(device_burst=1000)
    door.client.application.extensions["fieldbeat-lag"]._tick = tick = Ticking()

    def wait(minutes):
        clock.at += timedelta(minutes=minutes)
        tick.at += LOOK_SECONDS

    push(door, batch(door, phone, op(door, 1, "log.note", text="x")))
    wait(2)
    answer = push(door, batch(door, phone, op(door, 2, "log.note", text="x"))).json
    assert {"do": "slow-down", "batch": 500, "after_ms": 10000} in answer["directives"]
    assert begin(door).status_code == 201
    wait(4)
    assert problem(begin(door, media_id="second")) == (503, "sync.lagging")
    assert begin(door, media_id="second").headers["Retry-After"] == "60"
    assert door.get("phone", "/v1/sync/pull?since=0").status_code == 200
    wait(10)
    assert problem(door.get("phone", "/v1/sync/pull?since=0")) == (503, "sync.lagging")
    assert push(door, batch(door, phone, op(door, 3, "log.note", text="x"))).status_code == 200
    wait(50)
    last = op(door, 4, "log.note", text="x")
    assert problem(push(door, batch(door, phone, last))) == (503, "sync.lagging")
    status = door.post("phone", "/v1/sync/ops/status", {"ids": [last["id"]]}).json["ops"]
    assert status == {}, "nothing of it was stored"


def test_limits_are_told(paced):
    door, _ = paced(device_per_minute=30)
    told = door.get("phone", "/v1/sync/limits").json["limits"]
    assert (told["device_per_minute"], told["device_burst"]) == (30, 120)
    assert set(door.client.application.extensions[PACES]) == {SYNC, "/v1/media"}
