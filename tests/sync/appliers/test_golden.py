"""Golden ops: one of each type and of each version that was ever shipped, as a phone of then sends it, and what it comes to.

A golden file is written once, when its version ships, and never changes: phones that were offline for weeks send such ops still.
`before` are ops of the same order that come first; `by` is who sends it: 0 does the order, 1 is a colleague.
`<order>` and `<other>` stand for ids of the test.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select

from checklists.runs.models import ChecklistAnswer
from dispatch.work_orders.models import TimelineEntry
from sync.appliers.registry import TYPES, OpType
from sync.appliers.upcasting import photos_one_by_one

FOLDER = Path(__file__).parent / "golden"


def golden(kind: str, version: int) -> dict[str, Any]:
    read: dict[str, Any] = orjson.loads((FOLDER / f"{kind}.v{version}.json").read_bytes())
    return read


def shipped() -> list[tuple[str, int]]:
    return [(kind, version) for kind, known in TYPES.items() for version in range(1, known.version + 1)]


def test_every_version_that_was_ever_shipped_has_its_golden_op():
    there = sorted(path.name for path in FOLDER.iterdir())
    assert there == sorted(f"{kind}.v{version}.json" for kind, version in shipped())


def sent(phone, other, order: UUID, op: dict[str, Any]) -> dict[str, Any]:
    """Fill in what only the test knows."""
    text = orjson.dumps(op).decode().replace("<order>", str(order)).replace("<other>", str(other.user_id))
    phone.seq += 1
    return {**orjson.loads(text), "seq": phone.seq, "occurred_at": phone.runtime.clock.now().isoformat()}


def effects(world, other) -> dict[str, dict[str, Any]]:
    """Return what was written for each op: its entry of the timeline, or its answer."""
    answer = (ChecklistAnswer.item, ChecklistAnswer.value, ChecklistAnswer.note)
    with world.reading() as reading:
        rows = [
            *reading.session.execute(select(TimelineEntry.id, TimelineEntry.data, TimelineEntry.flags)),
            *reading.session.execute(select(ChecklistAnswer.id, *answer)),
        ]
        found = {str(row.id): {name: value for name, value in row._mapping.items() if name != "id"} for row in rows}
    read: dict[str, dict[str, Any]] = orjson.loads(orjson.dumps(found).replace(str(other.user_id).encode(), b"<other>"))
    return read


def test_ops_of_every_version_take_the_effect_they_always_had(world):
    phones = world.phone(0), world.phone(1)
    asked: dict[tuple[str, int], tuple[Any, dict[str, Any], dict[str, Any]]] = {}
    ops: dict[int, list[dict[str, Any]]] = {0: [], 1: []}
    for kind, version in shipped():
        file = golden(kind, version)
        (order,) = world.orders(work_type="broadband-fault" if kind.startswith("checklist.") else "errand")
        assert (file["op"]["type"], file["op"]["v"]) == (kind, version)
        ops[0] += [sent(phones[0], phones[1], order, one) for one in file["before"]]
        author = phones[file["by"]]
        op = sent(author, phones[1], order, file["op"])
        ops[file["by"]].append(op)
        asked[kind, version] = (author, op, file)
    for phone, its in zip(phones, ops.values(), strict=True):
        assert {one["status"] for one in phone.push(*its)["results"]} == {"accepted"}
        world.work()
    kept = effects(world, phones[1])
    found = {key: (*author.statuses(op)[0], kept.get(op["id"])) for key, (author, op, _) in asked.items()}
    assert found == {key: (file["state"], file["code"], file["effect"]) for key, (_, _, file) in asked.items()}


@pytest.mark.parametrize(
    "op",
    [
        {"v": 1},
        {"v": 1, "data": None},
        {"v": 1, "data": [], "media": ["m"]},
        {"v": 1, "data": {}, "media": "m"},
        {"v": 1, "data": {"sha256": 5, "files": 7}, "media": [1, None, "m"]},
    ],
    ids=str,
)
def test_a_step_takes_whatever_a_phone_may_have_put_there(op):
    before = orjson.dumps(op)
    raised = OpType(TYPES["log.photo"].effect, steps=(photos_one_by_one,)).newest(op)
    assert orjson.dumps(op) == before, "what is stored is not touched"
    if isinstance(op.get("data"), dict):
        assert all(isinstance(one["media_id"], str) for one in raised["data"]["files"])
