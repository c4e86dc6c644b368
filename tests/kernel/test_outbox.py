"""The outbox: every message is sent at least once, by one sender at a time, and none is given up."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kernel import outbox
from kernel.actor import system_actor
from kernel.outbox import Claimed, OutboxMessage, backoff
from kernel.runtime import Runtime
from tests.conftest import NOW

LEASE = timedelta(minutes=5)


def emit(uow, *keys: str, topic: str = "mail") -> None:
    for key in keys:
        uow.emit(topic, key, {"to": key})


def claim(session, minutes: float = 0, *, topics: tuple[str, ...] = ("mail",), limit: int = 100) -> list[Claimed]:
    return outbox.claim(session, topics, now=NOW + timedelta(minutes=minutes), lease=LEASE, limit=limit)


def keys(claimed: list[Claimed]) -> list[str]:
    return sorted(one.key for one in claimed)


def test_a_message_is_claimed_with_its_key_and_payload_and_counts_the_attempt(undone):
    undone.emit("mail", "k1", {"to": "王芳", "n": [1, None]})
    (claimed,) = claim(undone.session)
    assert (claimed.topic, claimed.key, claimed.payload, claimed.attempts) == (
        "mail",
        "k1",
        {"to": "王芳", "n": [1, None]},
        1,
    )


def test_only_topics_that_somebody_sends_are_claimed(undone):
    emit(undone, "a")
    emit(undone, "b", topic="webhook")
    assert keys(claim(undone.session, topics=("webhook", "sms"))) == ["b"]
    assert claim(undone.session, topics=()) == []
    assert keys(claim(undone.session)) == ["a"]


def test_a_claimed_message_is_not_claimed_again_before_its_lease_ends(undone):
    emit(undone, "a", "b")
    assert keys(claim(undone.session)) == ["a", "b"]
    assert claim(undone.session, 4.99) == []
    again = claim(undone.session, 5)
    assert keys(again) == ["a", "b"]
    assert {one.attempts for one in again} == {2}


def test_what_is_due_first_is_claimed_first(undone):
    emit(undone, "a", "b", "c")
    late = undone.session.scalars(select(OutboxMessage).where(OutboxMessage.key == "a")).one()
    late.due_at = NOW + timedelta(seconds=1)
    undone.session.flush()
    assert keys(claim(undone.session, 1, limit=2)) == ["b", "c"]
    assert keys(claim(undone.session, 1, limit=2)) == ["a"]


def test_what_was_delivered_is_gone_and_the_rest_comes_again_later_with_its_error(undone):
    emit(undone, "good", "bad")
    sent = []

    def send(key, payload) -> None:
        sent.append((key, payload))
        if key == "bad":
            raise ConnectionError("no route to 邮局")

    claimed = claim(undone.session)
    outbox.settle(undone.session, claimed, outbox.send(claimed, {"mail": send}), now=NOW)
    undone.session.expire_all()
    assert sorted(sent) == [("bad", {"to": "bad"}), ("good", {"to": "good"})]
    (left,) = undone.session.scalars(select(OutboxMessage)).all()
    assert (left.key, left.attempts, left.last_error) == ("bad", 1, "ConnectionError: no route to 邮局")
    assert left.due_at == NOW + backoff(1)
    assert claim(undone.session, 0.33) == []
    assert keys(claim(undone.session, 0.34)) == ["bad"]


def test_a_message_that_has_to_wait_comes_when_it_says_and_has_not_failed(undone):
    emit(undone, "a")

    def wait(_key, _payload) -> None:
        raise outbox.Later(NOW + timedelta(hours=9))

    claimed = claim(undone.session)
    outbox.settle(undone.session, claimed, outbox.send(claimed, {"mail": wait}), now=NOW)
    undone.session.expire_all()
    (left,) = undone.session.scalars(select(OutboxMessage)).all()
    assert (left.due_at, left.attempts, left.last_error) == (NOW + timedelta(hours=9), 0, None)
    assert claim(undone.session, 9 * 60 - 1) == []
    assert keys(claim(undone.session, 9 * 60)) == ["a"]


def test_a_topic_that_nobody_sends_any_more_is_a_failure_like_another(undone):
    emit(undone, "a")
    claimed = claim(undone.session)
    assert list(outbox.send(claimed, {}).values()) == ["KeyError: 'mail'"]


def test_a_long_error_is_cut_to_what_its_column_holds(undone):
    emit(undone, "a")

    def send(_key, _payload) -> None:
        raise ValueError("长" * 1000)

    claimed = claim(undone.session)
    outbox.settle(undone.session, claimed, outbox.send(claimed, {"mail": send}), now=NOW)
    undone.session.expire_all()
    assert len(undone.session.scalars(select(OutboxMessage.last_error)).one() or "") == 500


def test_a_sender_that_dies_gives_its_messages_back(undone):
    """Nothing was settled: the lease runs out, and the next one sends them. That is the `at least` of at least once."""
    emit(undone, "a")
    outbox.send(claim(undone.session), {"mail": lambda _key, _payload: None})
    assert keys(claim(undone.session, 6)) == ["a"]


def test_waiting_doubles_with_every_failure_up_to_six_hours():
    assert [backoff(n).total_seconds() for n in range(1, 5)] == [20, 40, 80, 160]
    assert backoff(12) == backoff(10_000) == timedelta(hours=6)


def test_the_backlog_tells_how_many_wait_and_since_when(undone):
    assert outbox.backlog(undone.session) == (0, None)
    emit(undone, "a", "b")
    assert outbox.backlog(undone.session) == (2, NOW)
    claim(undone.session)
    assert outbox.backlog(undone.session) == (2, NOW)


def test_two_senders_at_once_never_hold_the_same_message(runtime: Runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        emit(uow, *(f"{n:02}" for n in range(20)))
    second: list[Claimed] = []
    postgres = runtime.settings.database_url.startswith("postgresql")
    with runtime.unit_of_work(system_actor()) as one:
        first = claim(one.session, limit=10)
        if postgres:  # on SQLite a second one waits until the first has ended
            with runtime.unit_of_work(system_actor()) as other:
                second = claim(other.session)
    if not postgres:
        with runtime.unit_of_work(system_actor()) as other:
            second = claim(other.session)
    assert len(first) == len(second) == 10
    assert keys(first + second) == [f"{n:02}" for n in range(20)]


@pytest.mark.parametrize("minutes", [0, 4, 5, 100])
def test_a_message_of_the_future_waits(undone, minutes):
    emit(undone, "a")
    message = undone.session.scalars(select(OutboxMessage)).one()
    message.due_at = NOW + timedelta(minutes=5)
    undone.session.flush()
    assert bool(claim(undone.session, minutes)) == (minutes >= 5)
