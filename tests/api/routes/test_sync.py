import gzip
import time
from dataclasses import replace
from uuid import uuid4

import orjson
import pytest
import zstandard

from sync.reconcile.runner import drain
from tests.api.world import problem, wrong_fields


@pytest.fixture
def phone(door):
    """The technician's phone: sends requests with its own token."""
    made = door.post("technician", "/v1/devices", {"install_id": "phone-1"}).json
    door.world.tokens["phone"] = made["token"]
    return made


def batch(door, phone, *ops) -> bytes:
    return orjson.dumps({"protocol": "fsync/1", "device_id": phone["device_id"], "ops": list(ops)})


def op(door, seq, kind, **data):
    return {
        "id": str(uuid4()),
        "seq": seq,
        "type": kind,
        "v": 1,
        "work_order_id": str(door.world.orders["near"]),
        "occurred_at": "2026-11-22T00:30:00Z",
        "data": data,
    }


def push(door, body: bytes, coding: str | None = None):
    headers = {} if coding is None else {"Content-Encoding": coding}
    return door.post("phone", "/v1/sync/push", data=body, content_type="application/json", headers=headers)


def rung(runtime) -> bool:
    """Tell whether the worker was woken, which happens a moment after the answer."""
    deadline = time.monotonic() + 10
    while runtime.queue.depth() == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(runtime.queue.depth() == 1)


@pytest.mark.parametrize("coding", [None, "identity", "gzip", "zstd"])
def test_a_batch_is_stored_whatever_its_coding(door, phone, coding):
    squeeze = {"gzip": gzip.compress, "zstd": zstandard.ZstdCompressor().compress}.get(coding or "", bytes)
    pushed = push(door, squeeze(batch(door, phone, op(door, 1, "work_order.accept"))), coding)
    assert pushed.status_code == 200, pushed.text
    assert [one["status"] for one in pushed.json["results"]] == ["accepted"]


def test_what_comes_again_wakes_no_worker(door, phone, runtime):
    body = batch(door, phone, op(door, 1, "work_order.accept"))
    push(door, body)
    assert rung(runtime)
    runtime.queue.redis.flushdb()
    assert [one["status"] for one in push(door, body).json["results"]] == ["duplicate"]
    time.sleep(0.2)
    assert runtime.queue.depth() == 0
    push(door, batch(door, phone, op(door, 2, "work_order.depart")))
    assert rung(runtime)


def test_a_day_goes_up_is_reconciled_and_comes_down_again(door, phone, runtime):
    accept = op(door, 1, "work_order.accept")
    assert push(door, batch(door, phone, accept)).json["received"]["contiguous_to"] == 1
    again = push(door, batch(door, phone, accept)).json["results"]
    assert [one["status"] for one in again] == ["duplicate"]
    assert rung(runtime)
    drain(runtime, str(door.world.places["near"].region_id))
    pulled = door.get("phone", "/v1/sync/pull?since=0").json
    kinds = {change["type"] for change in pulled["changes"]}
    assert {"work_orders", "receipts"} <= kinds
    (order,) = [one["doc"] for one in pulled["changes"] if one["type"] == "work_orders"]
    assert order["status"] == "accepted"
    known = door.post("phone", "/v1/sync/ops/status", {"ids": [accept["id"], str(uuid4())]}).json["ops"]
    assert {key: one["state"] for key, one in known.items()} == {accept["id"]: "applied"}
    detail = door.get("manager", f"/v1/work-orders/{door.world.orders['near']}").json
    assert detail["status"] == "accepted"
    quiet = door.get("phone", f"/v1/sync/pull?since={pulled['seq']}").json
    assert (quiet["changes"], quiet["has_more"]) == ([], False)


def test_what_cannot_be_read_or_is_too_large_is_refused_as_a_problem(door, phone, runtime):
    bomb = gzip.compress(b" " * 20_000_000)
    cases = {
        "another coding": push(door, b"x", "br"),
        "not gzip": push(door, b"x", "gzip"),
        "not JSON": push(door, b"{"),
        "a bomb": push(door, bomb, "gzip"),
        "too large": push(door, b" " * (runtime.settings.push_max_bytes + 1)),
        "too many": push(door, batch(door, phone, *[{}] * 501)),
    }
    assert {case: problem(response)[0] for case, response in cases.items()} == {
        "another coding": 415,
        "not gzip": 400,
        "not JSON": 400,
        "a bomb": 413,
        "too large": 413,
        "too many": 413,
    }


def test_a_page_comes_as_lines_for_those_who_ask_for_them(door, phone):
    whole = door.get("phone", "/v1/sync/pull?since=0").json
    lines = door.get("phone", "/v1/sync/pull?since=0", headers={"Accept": "application/x-ndjson"})
    assert lines.mimetype == "application/x-ndjson"
    *changes, rest = (orjson.loads(line) for line in lines.text.splitlines())
    assert changes == whole["changes"]
    assert {name: rest[name] for name in ("protocol", "seq", "has_more")} == {
        name: whole[name] for name in ("protocol", "seq", "has_more")
    }


def test_a_stream_that_nobody_holds_ends_with_its_first_poke(door, phone):
    stream = door.get("phone", "/v1/sync/stream")
    assert (stream.status_code, stream.mimetype) == (200, "text/event-stream")
    seq = door.get("phone", "/v1/sync/head").json["seq"]
    assert stream.text.endswith(f'event: poke\ndata: {{"seq":{seq}}}\n\n')
    assert stream.text.startswith("retry: ")
    assert problem(door.get("technician", "/v1/sync/stream"))[0] == 401


def test_a_question_that_would_wait_is_answered_where_nobody_holds(door, phone):
    head = door.get("phone", "/v1/sync/head?wait=30")
    assert head.status_code == 200
    known = {"If-None-Match": head.headers["ETag"]}
    assert door.get("phone", "/v1/sync/head?wait=30", headers=known).status_code == 304
    assert list(wrong_fields(door.get("phone", "/v1/sync/head?wait=3000"))) == ["/wait"]


def test_a_head_that_has_not_moved_is_not_sent_again(door, phone):
    head = door.get("phone", "/v1/sync/head")
    assert head.json["seq"] > 2**40
    again = door.get("phone", "/v1/sync/head", headers={"If-None-Match": head.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_cursor_beyond_the_head_means_to_begin_anew(door, phone):
    gone = door.get("phone", f"/v1/sync/pull?since={2**52}")
    assert problem(gone) == (410, "resync-required")
    assert list(wrong_fields(door.get("phone", "/v1/sync/pull?since=-1"))) == ["/since"]


def test_a_phone_holds_exactly_what_its_person_may_read(door, phone):
    documents = door.get("phone", "/v1/sync/pull?since=0").json["changes"]
    orders = {one["id"] for one in documents if one["type"] == "work_orders"}
    assert orders == {str(door.world.orders["near"])}
    text = orjson.dumps(documents).decode()
    assert not any(str(door.world.customers[place]) in text for place in ("next_zone", "next_group", "abroad"))


def test_another_persons_ops_are_unknown(door, phone):
    accept = op(door, 1, "work_order.accept")
    push(door, batch(door, phone, accept))
    other = door.post("technician_next_zone", "/v1/devices", {"install_id": "phone-2"}).json
    headers = {"Authorization": f"Bearer {other['token']}"}
    assert door.post(None, "/v1/sync/ops/status", {"ids": [accept["id"]]}, headers=headers).json["ops"] == {}


def test_a_phone_gets_documents_in_the_shape_it_asks_for(door, phone, runtime):
    def clocks(schema):
        page = door.get("phone", f"/v1/sync/pull?since=0&collections=work_orders&schema={schema}").json
        return page["schema"], {type(one["doc"]["clocks"]) for one in page["changes"]}

    assert clocks(1) == (1, {list})
    assert clocks(2) == (2, {dict})
    assert clocks(99) == (2, {dict}), "an app that is ahead is told what it gets"
    assert door.get("phone", "/v1/sync/limits").json["schemas"] == {"oldest": 1, "newest": 2}


def test_an_app_that_is_too_old_may_not_pull_and_hands_in_all_the_same(door, phone, runtime):
    runtime.settings = replace(runtime.settings, pull_oldest_schema=2)
    refused = door.get("phone", "/v1/sync/pull?since=0&schema=1")
    assert problem(refused) == (426, "upgrade-required")
    assert (refused.json["oldest"], refused.json["newest"]) == (2, 2)
    pushed = push(door, batch(door, phone, op(door, 1, "log.note", text="x")))
    assert [one["status"] for one in pushed.json["results"]] == ["accepted"]
    assert door.get("phone", "/v1/sync/limits").json["schemas"] == {"oldest": 2, "newest": 2}


def test_a_phone_tells_where_it_is_woken_and_nobody_is_shown_where(door, phone):
    assert door.get("phone", "/v1/sync/gateway").json == {"since": None, "application_server_key": None}
    endpoint = "https://push.example.com/up?token=very-secret"
    assert door("phone", "PUT", "/v1/sync/gateway", json={"endpoint": endpoint}).status_code == 204
    shown = door.get("phone", "/v1/sync/gateway")
    assert shown.json["since"] is not None
    assert "secret" not in shown.text
    assert "/endpoint" in wrong_fields(
        door("phone", "PUT", "/v1/sync/gateway", json={"endpoint": "https://localhost/x"})
    )
    assert door("phone", "DELETE", "/v1/sync/gateway").status_code == 204
    assert door.get("phone", "/v1/sync/gateway").json == {"since": None, "application_server_key": None}
