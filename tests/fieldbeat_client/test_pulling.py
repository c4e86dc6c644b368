"""Pages are taken over whole, in their order, and a server that starts over replaces what it said."""

import pytest

from fieldbeat_client.pulling import note_time
from tests.bench.simulator.peers import Server, phone


@pytest.fixture
def server(noting):
    noting.script = Server()
    return noting.script


@pytest.fixture
def one(noting, server):
    made = phone(noting.url)
    yield made
    made.hang_up()
    made.journal.close()


def test_it_pulls_until_there_is_no_more(one, server):
    for number in range(7):
        server.put("sites", f"s{number}", {"n": number})
    assert one.pull() == 7
    assert len(one.journal.docs("sites")) == 7
    assert one.journal.get("cursor") == server.start + 7
    assert one.pull() == 0
    assert len(one.tally.pulls) == 5


def test_a_deletion_removes_the_document(one, server):
    server.put("work_orders", "o", {})
    one.pull()
    server.delete("work_orders", "o")
    one.pull()
    assert one.journal.docs("work_orders") == {}


def test_a_receipt_settles_its_op(one, server):
    key = one.record("log.note", data={})
    server.put("receipts", key, {"outcome": "needs_review", "code": "late"})
    one.pull()
    (op,) = one.journal.ops()
    assert (op.outcome, op.code) == ("needs_review", "late")


def test_a_server_that_starts_over_replaces_documents_and_leaves_ops(one, server):
    server.put("sites", "old", {})
    server.put("sites", "kept", {"n": 1})
    one.pull()
    one.record("log.note", data={})
    server.start_over()
    server.put("sites", "kept", {"n": 2})
    server.put("sites", "new", {})
    server.put("sites", "newer", {})
    one.pull()
    assert one.journal.docs("sites") == {"kept": {"n": 2}, "new": {}, "newer": {}}
    assert len(one.journal.unsent()) == 1
    assert one.tally.resyncs == 1


def test_documents_of_another_shape_are_replaced_and_ops_are_left(one, server):
    server.put("sites", "old", {"lat": 1})
    key = one.record("log.note", data={})
    one.pull()
    server.schema = 2
    server.put("sites", "new", {"position": [1, 2]})
    server.delete("sites", "old")
    one.pull()
    assert (set(one.journal.docs("sites")), one.journal.get("schema"), one.tally.resyncs) == ({"new"}, 2, 1)
    assert [op.id for op in one.journal.ops()] == [key]


def test_what_a_restored_server_lost_is_sent_again(one, server):
    ids = [one.record("log.note", data={"n": number}) for number in range(4)]
    one.settle()
    lost = ids[1]
    server.start_over()
    del server.ops[lost]
    for key in server.ops:
        server.put("receipts", key, {"outcome": "applied", "code": None})
    one.settle()
    assert set(server.ops) == set(ids)
    assert {op.outcome for op in one.journal.ops()} == {"applied"}


def test_the_anchor_takes_off_half_of_the_way(one):
    before = one.clock.mono_ms()
    note_time(one.journal, one.clock, {"server_time": "2026-11-22T01:00:00.000Z"}, 2.0)
    anchor = one.journal.get("anchor")
    assert before - 1000 <= anchor["mono_ms"] <= one.clock.mono_ms() - 1000
    assert (anchor["boot_id"], one.journal.get("rtt_ms")) == ("b1", 2000)
