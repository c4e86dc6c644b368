"""The unit of work: all or nothing, effects only after the commit, handlers within."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from kernel import runtime as runtimes
from kernel.actor import system_actor
from kernel.change_feed import Change, read_head
from kernel.outbox import OutboxMessage
from kernel.unit_of_work import combined

REGION = UUID(int=1)


def messages(runtime) -> list[str]:
    with runtime.session() as session:
        return sorted(session.scalars(select(OutboxMessage.key)))


def test_leaving_the_block_commits_everything_then_runs_the_effects(runtime):
    seen = []
    with runtime.unit_of_work(system_actor()) as uow:
        uow.emit("mail", "k1", {"to": "a"})
        uow.announce([Change(REGION, "user:1", "work_orders", "a")])
        uow.after_commit(lambda: seen.append(messages(runtime)))
        assert seen == []
    assert seen == [["k1"]]
    with runtime.session() as session:
        assert read_head(session, REGION).seq % 2**40 == 1


def test_an_error_leaves_no_trace_and_runs_no_effect(runtime):
    seen = []
    with pytest.raises(ValueError, match="no"), runtime.unit_of_work(system_actor()) as uow:
        uow.emit("mail", "k1", {})
        uow.announce([Change(REGION, "user:1", "work_orders", "a")])
        uow.after_commit(lambda: seen.append(1))
        raise ValueError("no")
    assert messages(runtime) == []
    assert seen == []
    with runtime.session() as session:
        assert read_head(session, REGION).seq % 2**40 == 0


def test_an_effect_that_fails_costs_neither_the_work_nor_the_other_effects(runtime):
    seen = []

    def broken() -> None:
        raise OSError("redis is away")

    with runtime.unit_of_work(system_actor()) as uow:
        uow.emit("mail", "k1", {})
        uow.after_commit(broken)
        uow.after_commit(lambda: seen.append(1))
    assert messages(runtime) == ["k1"]
    assert seen == [1]


@dataclass(frozen=True)
class Happened:
    what: str


def test_handlers_run_in_the_same_transaction(settings, clock):
    def note(uow, event: Happened) -> None:
        uow.emit("mail", event.what, {})

    runtime = runtimes.make(settings, clock=clock, handlers={Happened: (note, note)})
    with pytest.raises(ZeroDivisionError), runtime.unit_of_work(system_actor()) as uow:
        uow.publish(Happened("a"))
        raise ZeroDivisionError
    assert messages(runtime) == []
    with runtime.unit_of_work(system_actor()) as uow:
        uow.publish(Happened("b"))
        uow.publish("an event that nobody waits for")
    assert messages(runtime) == ["b", "b"]
    runtime.close()


def test_one_now_for_the_whole_transaction(runtime, clock):
    with runtime.unit_of_work(system_actor()) as uow:
        before = uow.now
        clock.at = clock.at.replace(year=2030)
        assert uow.now == before


def test_handlers_of_several_slices_act_in_their_order():
    acted: list[str] = []
    below = {str: (lambda _uow, _event: acted.append("below"),)}
    above = {str: (lambda _uow, _event: acted.append("above"),), int: (lambda _uow, _event: acted.append("number"),)}
    handlers = combined(below, above)
    for event in ("x", 1):
        for handler in handlers[type(event)]:
            handler(None, event)
    assert acted == ["below", "above", "number"]
