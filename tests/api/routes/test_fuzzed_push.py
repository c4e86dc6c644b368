"""Pushes of anything at all: never an error of ours, and never a good op lost because of what stands beside it."""

import gzip
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from api.pacing import PACES, SYNC, Pace
from sync.reconcile.runner import drain
from tests.api.routes.test_sync import op, push
from tests.api.world import problem

GOLDEN = sorted(Path(__file__).parents[2].glob("sync/appliers/golden/*.json"))
TYPICAL = [orjson.loads(path.read_bytes())["op"] for path in GOLDEN]


@pytest.fixture
def phone(door, monkeypatch):
    """A phone that may ask as often as it likes."""
    monkeypatch.setitem(door.client.application.extensions[PACES], SYNC, Pace(60_000, 60_000))
    door.world.tokens["phone"] = door.post("technician", "/v1/devices", {"install_id": "phone-1"}).json["token"]


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def text_of(value: Any) -> str:
    """Write JSON as a careless phone does: NaN as it is, half a character as its escape."""
    return json.dumps(value, separators=(",", ":"))


def body(*ops: str, **members: str) -> bytes:
    """Write a batch whose ops, and other members, are JSON or what pretends to be; bytes beyond UTF-8 as lone surrogates."""
    more = "".join(f',"{name}":{text}' for name, text in members.items())
    return f'{{"protocol":"fsync/1"{more},"ops":[{",".join(ops)}]}}'.encode("utf-8", "surrogateescape")


def bad_op(door, **changes: Any) -> str:
    return text_of({**op(door, 1, "log.note", text="?"), **changes})


HALF, RAW = "\ud83d", "\udcff"
BAD = {
    "no object": lambda door: "7",
    "null": lambda door: "null",
    "nothing in it": lambda door: "{}",
    "NaN": lambda door: bad_op(door, data={"text": "x", "n": float("nan")}),
    "infinite": lambda door: bad_op(door, data={"text": "x", "n": float("-inf")}, mono_ms=float("inf")),
    "beyond doubles": lambda door: bad_op(door)[:-1] + ',"n":1e400}',
    "a number of 5,000 digits": lambda door: bad_op(door)[:-1] + f',"n":{"9" * 5000}}}',
    "a number of 64 bits and more": lambda door: bad_op(door, seq=2**70, mono_ms=-(2**70)),
    "half a character": lambda door: bad_op(door, data={"text": HALF}),
    "half a character in the id": lambda door: bad_op(door, id=HALF),
    "half a character in a name": lambda door: bad_op(door, **{HALF: 1}),
    "half a character in the type": lambda door: bad_op(door, type=HALF),
    "half a character in data as text": lambda door: bad_op(door, data=f'{{"text":"{HALF}"}}'),
    "bytes of another charset": lambda door: bad_op(door).replace("?", RAW),
    "NUL": lambda door: bad_op(door, data={"text": "\0"}),
    "NUL in the id": lambda door: bad_op(door, id="\0"),
    "an id of 60,000": lambda door: bad_op(door, id="x" * 60_000),
    "an id that is a tree": lambda door: bad_op(door)[:-1] + f',"id":{nested(300)},"text":"{"x" * 70_000}"}}',
    "too large": lambda door: bad_op(door, data={"text": "x" * 70_000}),
    "too large, with half an id": lambda door: bad_op(door, id=HALF, data={"text": "x" * 70_000}),
    "a name twice": lambda door: bad_op(door)[:-1] + ',"id":"x","data":{"text":"a","text":5},"seq":2}',
    "data as a text that is none": lambda door: bad_op(door, data="{"),
    "a part that is a list": lambda door: bad_op(door, type="log.part_used", data=[1]),
    "an answer to nothing": lambda door: bad_op(door, type="consultation.answer", data=[{}]),
    "data as a deep text": lambda door: bad_op(door, data=nested(900)),
    "255 levels": lambda door: bad_op(door)[:-1] + f',"x":{nested(255)}}}',
    "999 levels": lambda door: bad_op(door)[:-1] + f',"x":{nested(999)}}}',
    "30,000 levels": lambda door: bad_op(door)[:-1] + f',"x":{nested(30_000)}}}',
    "the first year": lambda door: bad_op(door, occurred_at="0001-01-01T00:00:00+23:59", mono_ms=1e308, boot_id="b"),
    "the last year": lambda door: bad_op(door, occurred_at="9999-12-31T23:59:59-23:59", mono_ms=-1e308, boot_id="b"),
}


def test_a_bad_op_keeps_no_good_one_out(door, phone, runtime):
    good: dict[str, str] = {}
    for case, (name, write) in enumerate(BAD.items()):
        mine = [op(door, 1000 + 2 * case + n, "log.note", text="ok") for n in (0, 1)]
        for _again in range(2):
            pushed = push(door, body(text_of(mine[0]), write(door), text_of(mine[1])))
            assert pushed.status_code == 200, (name, pushed.text)
            results = pushed.json["results"]
            assert [one["status"] for one in (results[0], results[2])] in (["accepted"] * 2, ["duplicate"] * 2), name
            assert results[1]["status"] in ("quarantined", "rejected", "accepted", "duplicate"), name
        good |= {one["id"]: name for one in mine}
    with capture_logs() as logged:
        drain(runtime, str(door.world.places["near"].region_id))
    assert not any(one["log_level"] == "error" for one in logged), "none of them costs its neighbours a second try"
    known = door.post("phone", "/v1/sync/ops/status", {"ids": list(good)}).json["ops"]
    assert {good[key] for key in good if known.get(key, {}).get("state") != "applied"} == set()


@pytest.mark.parametrize(
    "name",
    ["NaN", "a number of 64 bits and more", "half a character", "bytes of another charset", "NUL"],
)
def test_an_op_is_the_same_whoever_stands_beside_it(door, phone, name):
    """Its content is compared with what came before, and neighbours decide how a batch is parsed."""
    one = BAD[name](door)
    huge = bad_op(door, x=2**80)
    alone = push(door, body(one, huge)).json["results"]
    beside = push(door, body(BAD["NaN"](door), one, huge, BAD["half a character"](door))).json["results"]
    assert [result["status"] for result in beside[1:3]] == ["duplicate", "duplicate"], (alone, beside)


WIDE = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=27))
REFUSED = {
    "nothing": (b"", None, 400),
    "half a body": (b'{"protocol":"fsync/1","ops":[{"id":', None, 400),
    "another protocol": (b'{"protocol":"fsync/9","ops":[]}', None, 400),
    "no list": (b'{"protocol":"fsync/1","ops":{"0":{}}}', None, 400),
    "UTF-16": ('{"protocol":"fsync/1","ops":[]}'.encode("utf-16"), None, 400),
    "only brackets": (b"[" * 300_000, None, 400),
    "millions of brackets": (b"[" * 4_000_000, None, 413),
    "brackets, compressed": (zstandard.compress(b"[" * 100_000), "zstd", 413),
    "closing only": (b"]" * 100_000, None, 400),
    "too many": (body(*["{}"] * 501), None, 413),
    "a gzip bomb": (gzip.compress(b" " * 300_000_000, 1), "gzip", 413),
    "a gzip bomb of many members": (gzip.compress(b" " * 1_000_000) * 100, "gzip", 413),
    "a zstd bomb": (zstandard.compress(b" " * 300_000_000), "zstd", 413),
    "a wide window": (WIDE.compressobj().compress(b"x" * 9_000_000), "zstd", 400),
    "no gzip": (body(), "gzip", 400),
    "a coding in a coding": (gzip.compress(gzip.compress(body())), "gzip, gzip", 415),
    "larger than may be": (b" " * (4 * 1024 * 1024 + 1), None, 413),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_batch_is_refused_as_a_whole(door, phone, case):
    plain, coding, status = REFUSED[case]
    assert problem(push(door, plain, coding))[0] == status


ODD = [None, True, 0, -1, 2**53, 2**64, 1e308, float("nan"), float("-inf"), "", HALF, "\0", "x" * 300, "1e999"]
LIKELY = ["9999-12-31T23:59:59Z", "2026-11-22T00:30:00", "01930000-0000-7000-8000-000000000005", "0.1"]
JUNK = st.recursive(
    st.sampled_from(ODD) | st.sampled_from(LIKELY) | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
ENVELOPE = ("id", "seq", "type", "v", "work_order_id", "occurred_at", "mono_ms", "gps", "media", "base", "data")


@st.composite
def spoilt(draw) -> dict[str, Any]:
    """An op of a real type with one or two members that are something else."""
    one = {name: value for name, value in draw(st.sampled_from(TYPICAL)).items() if name != "id"}
    for _ in range(draw(st.integers(1, 2))):
        data = one["data"]
        if isinstance(data, dict) and data and draw(st.booleans()):
            one["data"] = {**data, draw(st.sampled_from(sorted(data))): draw(JUNK)}
        else:
            one[draw(st.sampled_from(ENVELOPE))] = draw(JUNK)
    return one


def test_any_member_may_be_anything(door, phone, runtime):
    order, counter = str(door.world.orders["near"]), iter(range(1, 10**6))
    good: set[str] = set()

    @settings(max_examples=60, database=None)
    @given(st.lists(spoilt(), min_size=1, max_size=6), JUNK, JUNK)
    def pushes(ops, clock, app):
        mine = op(door, next(counter), "log.note", text="ok")
        usual = [{"id": str(uuid4()), "seq": next(counter), "occurred_at": "2026-11-22T00:30:00Z"} for _ in ops]
        written = [text_of({**usual[n], **one}).replace("<order>", order) for n, one in enumerate(ops)]
        plain = body(*written, text_of(mine), clock=text_of(clock), app=text_of(app))
        pushed = push(door, plain)
        assert pushed.status_code == 200, (plain, pushed.text)
        assert len(pushed.json["results"]) == len(ops) + 1
        assert pushed.json["results"][-1] == {"id": mine["id"], "status": "accepted"}
        good.add(mine["id"])

    pushes()
    drain(runtime, str(door.world.places["near"].region_id))
    known = door.post("phone", "/v1/sync/ops/status", {"ids": sorted(good)}).json["ops"]
    assert {one["state"] for one in known.values()} == {"applied"}
    assert len(known) == len(good)
    pulled = door.get("phone", "/v1/sync/pull?since=0&limit=1000")
    assert pulled.status_code == 200
