"""Each trouble does what it says, and comes as the seed has it."""

import random
from collections import Counter

import pytest

from bench.simulator.bad_network import CALM, PORTAL, ROUGH, BadNetwork, Sky, Weather
from fieldbeat_client.wire import ConnectionLostError, Request, Wire

REQUEST = Request.of("POST", "/v1/x", json={"a": 1})


def network(noting, **weather):
    return BadNetwork(Wire(noting.url), Sky(Weather(**weather)), "seed")


def test_in_calm_weather_nothing_happens(noting):
    line = network(noting)
    assert [line.send(REQUEST).status for _ in range(20)] == [200] * 20
    assert not line.troubles
    line.close()


def test_what_is_dropped_before_never_arrives(noting):
    line = network(noting, drop_before=1)
    with pytest.raises(ConnectionLostError):
        line.send(REQUEST)
    line.close()
    assert noting.arrived == []


def test_what_is_dropped_after_arrives_though_the_phone_cannot_know(noting):
    line = network(noting, drop_after=1)
    with pytest.raises(ConnectionLostError):
        line.send(REQUEST)
    line.close()
    assert noting.arrived == [("/v1/x", b'{"a":1}')]


def test_a_duplicate_arrives_twice_and_is_answered(noting):
    line = network(noting, duplicate=1)
    assert line.send(REQUEST).json() == {"a": 1}
    line.close()
    assert len(noting.arrived) == 2


def test_a_cut_request_breaks_off_in_its_body(noting):
    line = network(noting, cut_request=1)
    with pytest.raises(ConnectionLostError):
        line.send(REQUEST)
    assert noting.wait_for_broken(1)
    assert noting.arrived == []
    line.close()


def test_a_cut_answer_is_not_json_any_more(noting):
    line = network(noting, cut_answer=1)
    assert line.send(REQUEST).json() is None
    line.close()
    assert len(noting.arrived) == 1


def test_a_captive_portal_answers_200_and_nothing_arrives(noting):
    line = network(noting, portal=1)
    answer = line.send(REQUEST)
    line.close()
    assert (answer.status, answer.body) == (200, PORTAL)
    assert noting.arrived == []


def test_what_is_late_arrives_after_a_later_request(noting):
    line = network(noting, late=0.5)
    sent = []
    for number in range(12):
        request = Request.of("POST", f"/v1/{number}", json={})
        try:
            line.send(request)
            sent.append(number)
        except ConnectionLostError:
            pass
    line.close()
    arrived = [int(path.rsplit("/", 1)[1]) for path, _ in noting.arrived]
    assert sorted(arrived) == list(range(12))
    assert [number for number in arrived if number in sent] == sent
    assert arrived != sorted(arrived)


def test_what_is_adrift_arrives_at_the_latest_when_the_phone_hangs_up(noting):
    line = network(noting, late=1)
    with pytest.raises(ConnectionLostError):
        line.send(REQUEST)
    assert noting.arrived == []
    line.close()
    assert len(noting.arrived) == 1


def test_when_the_weather_clears_the_same_line_is_good():
    sky = Sky(Weather(portal=1))
    line = BadNetwork(Wire("http://127.0.0.1:1"), sky, "seed")
    assert line.send(REQUEST).body == PORTAL
    sky.weather = CALM
    with pytest.raises(ConnectionLostError):
        line.send(REQUEST)


def test_the_same_seed_brings_the_same_troubles():
    def draw(seed):
        rng = random.Random(seed)
        return [ROUGH.pick(rng) for _ in range(200)]

    assert draw("a") == draw("a")
    assert draw("a") != draw("b")
    assert CALM.pick(random.Random("a")) is None


def test_rough_weather_brings_every_trouble_about_as_often_as_it_says():
    rng = random.Random("weather")
    drawn = Counter(ROUGH.pick(rng) for _ in range(20_000))
    assert abs(drawn["drop_after"] / 20_000 - ROUGH.drop_after) < 0.01
    assert abs(drawn["portal"] / 20_000 - ROUGH.portal) < 0.01
    assert abs(drawn[None] / 20_000 - 0.66) < 0.02
