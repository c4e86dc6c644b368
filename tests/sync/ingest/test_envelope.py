"""What a batch may hold, and what becomes of each op in it."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from kernel.errors import DomainError
from sync.ingest.envelope import ReadOp, Refused, read_batch, read_op, variant_id

DEVICE = UUID(int=7)
OP_ID = "01900000-0000-7000-8000-000000000001"
ORDER = "01900000-0000-7000-8000-0000000000aa"


def op(**changes) -> dict[str, Any]:
    return {
        "id": OP_ID,
        "seq": 1,
        "type": "log.note",
        "v": 1,
        "work_order_id": ORDER,
        "data": {"text": "到场"},
        **changes,
    }


def read(one: object, max_bytes: int = 65_536) -> ReadOp:
    found = read_op(one, max_bytes=max_bytes)
    assert isinstance(found, ReadOp)
    return found


def test_a_good_op_has_no_problem():
    found = read(op())
    assert (found.problem, found.type, found.seq, found.work_order_id) == (None, "log.note", 1, ORDER)


def test_the_hash_does_not_depend_on_the_order_of_members_nor_on_data_as_text():
    same = dict(reversed(op().items()))
    as_text = op(data='{"text":"到场"}')
    assert read(op()).hash == read(same).hash == read(as_text).hash
    assert read(op(data={"text": "离场"})).hash != read(op()).hash


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"type": "log.rumour"}, "unknown-type"),
        ({"type": None}, "unknown-type"),
        ({"type": ["log.note"]}, "unknown-type"),
        ({"v": 2}, "future-version"),
        ({"v": "1"}, "malformed-op"),
        ({"seq": None}, "malformed-op"),
        ({"seq": True}, "malformed-op"),
        ({"seq": 0}, "malformed-op"),
        ({"seq": 2**60}, "malformed-op"),
        ({"work_order_id": "x"}, "malformed-op"),
        ({"data": [1]}, "malformed-op"),
        ({"data": {}}, "malformed-op"),
        ({"data": "{broken"}, "malformed-op"),
        ({"data": {"text": "nul \x00"}}, "malformed-text"),
        ({"data": {"text": "after a backslash \\\x00"}}, "malformed-text"),
        ({"data": {"text": r"as manuals print it: \u0000"}}, None),
        ({"data": {"text": "half \ud83d"}}, "malformed-text"),
        ({"data": {"text": "x", "n": float("nan")}}, None),
        ({"id": None}, "no-id"),
        ({"id": 5}, "bad-id"),
        ({"id": "not-a-uuid"}, "bad-id"),
    ],
)
def test_what_cannot_be_understood_is_kept_with_its_problem(changes, problem):
    found = read(op(**changes))
    assert found.problem == problem
    assert "\x00" not in found.payload
    found.payload.encode()


def test_an_op_without_an_id_is_known_by_its_content():
    assert read(op(id=None)).id == read(op(id=None)).id != read(op(id=None, seq=2)).id


def test_only_what_cannot_be_stored_is_refused():
    assert read_op("op", max_bytes=100) == Refused(None, "not-an-object")
    assert read_op(op(data={"text": "x" * 100}), max_bytes=100) == Refused(OP_ID, "op-too-large", 100)
    assert read_op(op(id="\ud83d", data={"text": "x" * 100}), max_bytes=100) == Refused(None, "op-too-large", 100)
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]
    assert read_op(op(x=deep), max_bytes=65_536) == Refused(OP_ID, "op-too-deep", 250)


def test_an_id_that_no_answer_can_repeat_is_answered_by_the_one_it_is_kept_under():
    found = read(op(id="\ud83d"))
    assert found.given_id == found.id
    assert read(op(id="")).given_id == ""


def test_the_app_is_kept_without_what_no_database_takes():
    batch = read_batch(body(app="4.\0" + "2" * 50), device_id=DEVICE, max_ops=3)
    assert batch.app == "4." + "2" * 38
    broken = body(app="APP").replace(b"APP", b"4\\ud83d2")
    assert read_batch(broken, device_id=DEVICE, max_ops=3).app == "42"


def test_another_content_for_the_same_id_has_an_id_of_its_own():
    first, second = read(op()), read(op(data={"text": "other"}))
    assert first.id == second.id
    assert len({first.id, variant_id(first), variant_id(second)}) == 3


def body(**changes) -> bytes:
    return orjson.dumps({"protocol": "fsync/1", "device_id": str(DEVICE), "ops": [op()], **changes})


@pytest.mark.parametrize(
    ("plain", "code"),
    [
        (b"", "push.malformed"),
        (b"[]", "push.malformed"),
        (b"\xff\xfe", "push.malformed"),
        (b"[" * 5000, "push.malformed"),
        (b"[" * 400_001, "push.too_large"),
        (body(protocol="fsync/2"), "push.malformed"),
        (body(ops={}), "push.malformed"),
        (body(device_id=str(UUID(int=8))), "push.other_device"),
        (body(ops=[op()] * 4), "push.too_many_ops"),
    ],
)
def test_a_batch_as_a_whole_is_refused_only_for_its_envelope(plain, code):
    with pytest.raises(DomainError) as caught:
        read_batch(plain, device_id=DEVICE, max_ops=3)
    assert caught.value.code == code


def test_one_op_with_half_a_character_does_not_keep_its_neighbours_out():
    plain = body().replace("到场".encode(), b"\\ud83d")
    batch = read_batch(plain[:-2] + b"," + orjson.dumps(op(seq=2)) + b"]}", device_id=DEVICE, max_ops=3)
    assert [read(one).problem for one in batch.ops] == ["malformed-text", None]
