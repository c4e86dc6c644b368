"""Ops that came before the server could read them go on by themselves once it can."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from kernel.actor import SYSTEM_USER
from sync.appliers import registry
from sync.appliers.registry import TYPES, Effect, OpType
from sync.quarantine import jobs
from sync.quarantine.models import OpDecision
from tests.statements import recorded


@pytest.fixture
def upgrade(monkeypatch):
    """Teach the server another version of a type, or another type."""

    def teach(kind: str, known: OpType) -> None:
        monkeypatch.setitem(registry.TYPES, kind, known)

    return teach


def decisions(world) -> list[tuple[str, str, str]]:
    with world.reading() as reading:
        rows = reading.session.execute(select(OpDecision.decision, OpDecision.code, OpDecision.decided_by))
        return sorted((row.decision, row.code, "nobody" if row.decided_by == SYSTEM_USER else "?") for row in rows)


def loud(op):
    return {**op, "data": {"text": op["data"]["text"].upper()}}


def test_what_a_newer_app_sent_takes_effect_after_the_upgrade(world, upgrade):
    phone, (order,) = world.phone(), world.orders()
    newer, unheard = (
        phone.op("log.note", order, {"text": "hello"}, v=2),
        phone.op("log.weather", order, {"sky": "grey"}),
    )
    further = phone.op("log.note", order, {"text": "x"}, v=3)
    phone.push(newer, unheard, further)
    world.work()
    jobs.learn(world.runtime)
    world.work()
    assert phone.statuses(newer, unheard) == [("quarantined", "future-version"), ("quarantined", "unknown-type")]
    assert decisions(world) == []

    upgrade("log.note", replace(TYPES["log.note"], steps=(loud,)))
    upgrade("log.weather", OpType(Effect.FACT))
    jobs.learn(world.runtime)
    world.work()
    assert phone.statuses(newer, unheard) == [("applied", None), ("applied", None)]
    assert phone.statuses(further) == [("quarantined", "future-version")]
    assert decisions(world) == [("replay", "future-version", "nobody"), ("replay", "unknown-type", "nobody")]
    phone.pull()
    assert phone.held("receipts")[newer["id"]]["outcome"] == "applied"
    assert phone.push(newer)["results"] == [{"id": newer["id"], "status": "duplicate"}], "it is the same op for ever"

    jobs.learn(world.runtime)
    assert len(decisions(world)) == 2, "once"


def test_looking_takes_as_many_statements_for_one_as_for_many(world, upgrade):
    phone, (order,) = world.phone(), world.orders()
    upgraded = replace(TYPES["log.note"], steps=(loud,))
    counts = []
    for size in (1, 40):
        phone.push(*(phone.op("log.note", order, {"text": "t"}, v=2) for _ in range(size)))
        world.work()
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(registry.TYPES, "log.note", upgraded)
            with world.runtime.session() as session, recorded(session) as seen:
                jobs.learn(world.runtime)
            world.work()
        counts.append(len(seen))
    assert counts[0] == counts[1]
