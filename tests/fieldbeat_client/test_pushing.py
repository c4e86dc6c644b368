"""An op counts as stored only when the server said so, by its id."""

import pytest

from fieldbeat_client.exchange import RefusedError
from tests.bench.simulator.peers import Server, phone


@pytest.fixture
def server(noting):
    noting.script = Server()
    return noting.script


def recorded(one, count, kind="log.note"):
    return [one.record(kind, work_order_id="o", data={"text": str(number)}) for number in range(count)]


def test_everything_arrives_once_in_batches_of_various_sizes_and_not_in_order(noting, server):
    one = phone(noting.url)
    ids = recorded(one, 40)
    one.push()
    one.hang_up()
    sent = [key for batch in server.pushes for key in batch]
    assert sorted(sent) == sorted(ids)
    assert sent != ids
    assert len({len(batch) for batch in server.pushes}) > 1
    assert max(len(batch) for batch in server.pushes) <= 5
    assert one.journal.unsent() == []


def test_what_the_answer_does_not_speak_of_is_sent_again(noting, server):
    one = phone(noting.url)
    ids = recorded(one, 10)

    def forgetful(method, path, body):
        status, answer = server(method, path, body)
        answer["results"] = answer["results"][: 1 if len(server.pushes) < 6 else None]
        return status, answer

    noting.script = forgetful
    one.push()
    one.hang_up()
    assert set(server.ops) == set(ids)
    assert one.tally.answers["duplicate"] > 0


def test_a_captive_portal_stores_nothing(noting, server):
    one = phone(noting.url)
    recorded(one, 3)
    greetings = iter([b"<html>welcome</html>"] * 4)

    def portal(method, path, body):
        greeting = next(greetings, None)
        return (200, greeting) if greeting else server(method, path, body)

    noting.script = portal
    one.push()
    one.hang_up()
    assert one.tally.misunderstood == 4
    assert len(server.ops) == 3


def test_what_the_server_cannot_store_is_kept_and_not_sent_again(noting, server):
    server.statuses["log.huge"] = "rejected"
    one = phone(noting.url)
    (huge,) = recorded(one, 1, "log.huge")
    recorded(one, 2)
    one.push()
    one.push()
    one.hang_up()
    assert [op.refused for op in one.journal.ops() if op.id == huge] == ["op-too-large"]
    assert sum(huge in batch for batch in server.pushes) == 1


def test_too_large_a_batch_is_cut_smaller(noting, server):
    one = phone(noting.url)
    recorded(one, 12)

    def small(method, path, body):
        return (413, {"code": "too-large"}) if len(body["ops"]) > 1 else server(method, path, body)

    noting.script = small
    one.push()
    one.hang_up()
    assert all(len(batch) == 1 for batch in server.pushes)
    assert one.tally.answers["413"] > 0


def test_a_server_that_wants_less_gets_less(noting, server):
    one = phone(noting.url)
    recorded(one, 20)

    def slow(method, path, body):
        status, answer = server(method, path, body)
        return status, answer | {"directives": [{"do": "slow-down", "batch": 2, "after_ms": 1}]}

    noting.script = slow
    one.push()
    recorded(one, 10)
    server.pushes.clear()
    one.push()
    one.hang_up()
    assert one.tally.directives["slow-down"] > 0
    assert len(server.ops) == 30


def test_a_token_that_is_not_good_any_more_is_an_error(noting):
    noting.script = lambda *_: (401, {"code": "token-invalid"})
    one = phone(noting.url)
    recorded(one, 1)
    with pytest.raises(RefusedError, match="token-invalid"):
        one.push()
    one.hang_up()
    assert len(one.journal.unsent()) == 1


def test_each_batch_says_what_the_phone_knows_of_its_clocks(noting, server):
    seen = []

    def look(method, path, body):
        seen.append(body)
        return server(method, path, body)

    noting.script = look
    one = phone(noting.url)
    one.journal.set("anchor", {"server_time": "2026-11-22T01:00:00.000Z", "mono_ms": 5, "boot_id": "b1"})
    recorded(one, 1)
    one.push()
    one.hang_up()
    (envelope,) = seen
    assert (envelope["protocol"], envelope["device_id"]) == ("fsync/1", "device-1")
    assert envelope["clock"]["boot_id"] == "b1"
    assert envelope["clock"]["anchor"]["mono_ms"] == 5
    assert envelope["ops"][0] | {"id": "", "occurred_at": "", "mono_ms": 0} == {
        "id": "",
        "seq": 1,
        "type": "log.note",
        "v": 1,
        "occurred_at": "",
        "mono_ms": 0,
        "boot_id": "b1",
        "work_order_id": "o",
        "data": {"text": "0"},
    }


def test_what_a_restored_server_lacks_is_handed_in_again_and_what_is_under_way_is_not(noting, server):
    one = phone(noting.url)
    ids = recorded(one, 4)
    one.push()
    del server.ops[ids[1]], server.ops[ids[3]]
    missing = [[[2, 2]], []]

    def restored(method, path, body):
        status, answer = server(method, path, body)
        # Its first answer knows nothing of what goes out beside it: it ends at the numbers of before.
        answer["received"] = {"max": 3 if missing else 99, "missing": missing.pop(0) if missing else []}
        return status, answer

    noting.script = restored
    later = recorded(one, 2)
    one.push()
    one.hang_up()
    assert set(server.ops) == {*ids, *later}
    sent = [key for batch in server.pushes for key in batch]
    assert [sent.count(key) for key in (ids[0], ids[1], ids[2], ids[3])] == [1, 2, 1, 2]
