"""A phone enrols, records without a network, and comes to rest only when everything has its receipt."""

from dataclasses import replace
from uuid import UUID

import pytest

from fieldbeat_client.exchange import GaveUpError
from fieldbeat_client.journal import Journal
from tests.bench.simulator.peers import QUICK, Server, phone


@pytest.fixture
def server(noting):
    noting.script = Server()
    return noting.script


def test_it_enrols_and_keeps_to_the_limits_it_is_told(noting, server):
    one = phone(noting.url)
    one.enrol("login", install_id="i", name="n")
    assert one.device_id == "device-2"
    for number in range(9):
        one.record("log.note", data={"n": number})
    one.push()
    one.hang_up()
    assert max(len(batch) for batch in server.pushes) <= 3


def test_ops_are_numbered_without_a_gap_even_when_the_app_is_killed_between_two(tmp_path):
    path = str(tmp_path / "phone.db")
    one = phone("http://127.0.0.1:1", journal=Journal(path))
    one.record("log.note", data={})
    one.record("log.note", data={})
    again = phone("http://127.0.0.1:1", journal=Journal(path))
    again.record("log.note", data={})
    ops = again.journal.ops()
    assert [op.seq for op in ops] == [1, 2, 3]
    assert {UUID(op.id).version for op in ops} == {7}
    one.journal.close()
    again.journal.close()


def test_it_settles_when_every_op_has_its_receipt(noting, server):
    one = phone(noting.url)
    for number in range(20):
        one.record("log.note", data={"n": number})
    one.settle()
    one.hang_up()
    assert one.journal.waiting() == 0
    assert {op.outcome for op in one.journal.ops()} == {"applied"}


def test_stored_is_not_settled(noting, server):
    server.put = lambda *_: None  # the worker is away
    one = phone(noting.url, habits=replace(QUICK, give_up_seconds=0.05))
    one.record("log.note", data={})
    with pytest.raises(GaveUpError, match="1 ops are still without a receipt"):
        one.settle()
    one.hang_up()
    assert one.journal.unsent() == []


def test_it_learns_which_ops_the_server_knows(noting, server):
    one = phone(noting.url)
    known = one.record("log.note", data={})
    one.push()
    unknown = one.record("log.note", data={})
    assert one.ask_status([known, unknown]) == {known: "applied", unknown: "unknown"}
    one.hang_up()
