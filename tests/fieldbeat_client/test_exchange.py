"""What a phone believes, and how it waits."""

import random
import time

import orjson
import pytest

from fieldbeat_client.exchange import Exchange, GaveUpError, Habits, RefusedError, Tally
from fieldbeat_client.wire import Answer, Request, Wire
from tests.bench.simulator.peers import QUICK


@pytest.fixture
def exchange():
    return Exchange(QUICK, Tally(), random.Random("exchange"))


def answer(status, body, **headers):
    return Answer(status, headers, body if isinstance(body, bytes) else orjson.dumps(body))


@pytest.mark.parametrize(
    "body", [b"<html>", {"ok": True}, {"protocol": "fsync/2"}, [], b'{"protocol":"fsync/1"'], ids=str
)
def test_a_good_status_alone_is_not_believed(exchange, body):
    assert exchange.understood(answer(200, body)) is None
    assert exchange.tally.misunderstood == 1


def test_an_answer_of_the_protocol_is_read(exchange):
    said = {"protocol": "fsync/1", "seq": 7}
    assert exchange.understood(answer(200, said)) == said
    assert exchange.understood(answer(201, said)) == said
    assert exchange.understood(answer(500, said)) is None


@pytest.mark.parametrize("status", [401, 403, 404, 415, 422, 426])
def test_what_trying_again_will_not_change_is_an_error(exchange, status):
    with pytest.raises(RefusedError, match=str(status)):
        exchange.understood(answer(status, {"code": "no"}))


@pytest.mark.parametrize("status", [400, 408, 410, 413, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(exchange, status):
    assert exchange.understood(answer(status, {"protocol": "fsync/1"})) is None
    assert exchange.tally.answers[str(status)] == 1


def test_it_waits_as_long_as_it_is_asked_to_but_not_for_ever():
    patient = Exchange(Habits(patience_seconds=0.05), Tally(), random.Random(1))
    began = time.monotonic()
    assert patient.understood(Answer(429, {"retry-after": "60"}, b"{}")) is None
    assert 0.05 <= time.monotonic() - began < 5


def test_it_gives_up_after_its_time(exchange):
    with pytest.raises(GaveUpError, match="a miracle"):
        exchange.rest(False, time.monotonic() - 1, "a miracle")


def test_it_tries_until_there_is_an_answer(exchange):
    tries = iter([None, None, {"protocol": "fsync/1"}])
    assert exchange.until(lambda: next(tries), "an answer") == {"protocol": "fsync/1"}


def test_a_lost_connection_is_counted(exchange):
    assert exchange.ask(Wire("http://127.0.0.1:1"), Request.of("GET", "/")) is None
    assert exchange.tally.lost_connections == 1
