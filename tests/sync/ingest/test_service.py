"""Push: what is acknowledged is stored, once, whatever a phone sends."""

import threading
from datetime import timedelta
from uuid import UUID

import orjson
import pytest
from sqlalchemy import func, select

from kernel.actor import system_actor
from kernel.errors import DomainError
from kernel.identifiers import new_id
from sync.devices import service as devices
from sync.ingest.models import Op
from tests.statements import recorded


def stored(world) -> int:
    with world.reading() as reading:
        return reading.session.scalar(select(func.count()).select_from(Op)) or 0


def statuses(answer) -> list[str]:
    return [result["status"] for result in answer["results"]]


def note(phone, order, text="到场", **changes):
    return phone.op("log.note", order, {"text": text}, **changes)


def test_every_op_is_answered_by_its_id_and_stored(world):
    phone, (order,) = world.phone(), world.orders()
    ops = [note(phone, order) for _ in range(3)]
    answer = phone.push(*ops)
    assert answer["protocol"] == "fsync/1"
    assert [(r["id"], r["status"]) for r in answer["results"]] == [(op["id"], "accepted") for op in ops]
    assert answer["received"] == {"contiguous_to": 3, "missing": [], "max": 3}
    assert {"do": "pull"} in answer["directives"]
    assert stored(world) == 3


def test_the_same_batch_any_number_of_times_is_stored_once(world):
    phone, (order,) = world.phone(), world.orders()
    ops = [note(phone, order) for _ in range(3)]
    phone.push(*ops)
    for _ in range(3):
        assert statuses(phone.push(*ops)) == ["duplicate"] * 3
    assert statuses(phone.push(ops[0], ops[0])) == ["duplicate", "duplicate"]
    assert stored(world) == 3


def test_an_op_twice_in_one_batch_is_stored_once(world):
    phone, (order,) = world.phone(), world.orders()
    one = note(phone, order)
    assert statuses(phone.push(one, one)) == ["accepted", "duplicate"]
    assert stored(world) == 1


def test_batches_sent_at_once_by_threads_are_stored_once(world):
    phone, (order,) = world.phone(), world.orders()
    ops = [note(phone, order) for _ in range(20)]
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(phone.push(*ops))) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(statuses(answer).count("accepted") for answer in answers) == [0, 0, 0, 0, 0, 20]
    assert stored(world) == 20


def test_batches_of_other_ops_sent_at_once_are_all_counted(world):
    """RxDB sends up to three batches at once: what one of them notes of the phone must not undo what another does."""
    phone, (order,) = world.phone(), world.orders()
    batches = [[note(phone, order) for _ in range(3)] for _ in range(24)]
    begin = threading.Barrier(6)

    def send(mine) -> None:
        begin.wait()
        for batch in mine:
            phone.push(*batch)

    threads = [threading.Thread(target=send, args=(batches[n::6],)) for n in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert phone.push()["received"] == {"contiguous_to": 72, "missing": [], "max": 72}
    assert stored(world) == 72


def test_another_content_under_a_used_id_is_kept_apart_and_never_called_a_duplicate(world):
    phone, (order,) = world.phone(), world.orders()
    first = note(phone, order)
    second = {**first, "data": {"text": "改了"}}
    phone.push(first)
    answer = phone.push(second)
    assert answer["results"] == [{"id": first["id"], "status": "quarantined", "code": "id-reuse"}]
    assert statuses(phone.push(second)) == ["quarantined"]
    assert statuses(phone.push(first)) == ["duplicate"]
    assert stored(world) == 2
    third, fourth = note(phone, order), None
    fourth = {**third, "data": {"text": "同一批"}}
    assert statuses(phone.push(third, fourth)) == ["accepted", "quarantined"]
    assert stored(world) == 4


def test_gaps_are_told_and_filled(world):
    phone, (order,) = world.phone(), world.orders()
    ops = [note(phone, order) for _ in range(6)]
    answer = phone.push(ops[0], ops[3], ops[5])
    assert answer["received"] == {"contiguous_to": 1, "missing": [[2, 3], [5, 5]], "max": 6}
    assert phone.push(ops[1], ops[2], ops[4])["received"] == {"contiguous_to": 6, "missing": [], "max": 6}


def test_a_number_with_two_ops_is_a_cloned_phone(world):
    phone, (order,) = world.phone(), world.orders()
    phone.push(note(phone, order))
    phone.seq = 0
    answer = phone.push(note(phone, order))
    assert statuses(answer) == ["accepted"]
    assert {"do": "reregister", "why": "seq-fork"} in answer["directives"]
    assert stored(world) == 2


def test_one_bad_op_does_not_keep_its_neighbours_out(world):
    phone, (order,) = world.phone(), world.orders()
    good = note(phone, order)
    big = note(phone, order, "x" * 70_000)
    answer = phone.push(
        good,
        "not an object",
        big,
        phone.op("log.rumour", order),
        {**note(phone, order), "id": None},
        phone.op("log.note", order, {"text": "v"}, v=9),
        note(phone, order, "nul \x00"),
    )
    assert [(r["status"], r.get("code")) for r in answer["results"]] == [
        ("accepted", None),
        ("rejected", "not-an-object"),
        ("rejected", "op-too-large"),
        ("quarantined", "unknown-type"),
        ("quarantined", "no-id"),
        ("quarantined", "future-version"),
        ("quarantined", "malformed-text"),
    ]
    assert stored(world) == 5


def test_a_batch_that_cannot_be_read_stores_nothing(world):
    phone, (order,) = world.phone(), world.orders()
    for plain in (b"{", orjson.dumps({"protocol": "fsync/1", "ops": [note(phone, order)] * 501})):
        with pytest.raises(DomainError):
            phone.push_bytes(plain)
    assert stored(world) == 0


def test_a_push_takes_few_statements_however_many_ops_it_has(world):
    phone, (order,) = world.phone(), world.orders()
    phone.push()  # the first time that a token is used is noted
    counts = []
    for size in (1, 200):
        with world.runtime.session() as session, recorded(session) as seen:
            phone.push(*(note(phone, order) for _ in range(size)))
        counts.append(len([one for one in seen if not one.startswith(("BEGIN", "COMMIT"))]))
    assert counts == ([2, 2] if world.runtime.stores_at_once else [3, 3])


def test_a_wrong_clock_is_told_and_corrected(world):
    phone, (order,) = world.phone(), world.orders()
    wrong = world.clock.now() + timedelta(hours=3)
    one = note(phone, order, occurred_at=wrong.isoformat())
    answer = phone.push(one, clock={"sent_at": (wrong + timedelta(minutes=5)).isoformat()})
    assert any(d["do"] == "check-clock" for d in answer["directives"])
    with world.reading() as reading:
        row = reading.session.execute(select(Op.effective_at, Op.time_quality)).one()
    assert row.effective_at == world.clock.now() - timedelta(minutes=5)
    assert row.time_quality == "offset"


def test_corrected_times_grow_with_the_numbers_in_whatever_order_batches_arrive(world):
    phone, (order,) = world.phone(), world.orders()
    start = world.clock.now() - timedelta(hours=5)
    ops = [note(phone, order, occurred_at=(start + timedelta(minutes=m)).isoformat()) for m in (10, 90, 20, 300, 5, 60)]
    clock = {"sent_at": world.clock.now().isoformat()}
    for batch in ([ops[4], ops[5]], [ops[0]], [ops[2]], [ops[3], ops[1]]):
        phone.push(*batch, clock=clock)
    with world.reading() as reading:
        times = reading.session.scalars(select(Op.effective_at).order_by(Op.device_seq)).all()
    assert times == sorted(times)
    assert all(at <= world.clock.now() for at in times)


def test_corrected_times_do_not_go_back_within_a_batch_when_the_phones_clock_is_set_back(world):
    phone, (order,) = world.phone(), world.orders()
    start = world.clock.now() - timedelta(hours=5)
    ops = [note(phone, order, occurred_at=(start + timedelta(minutes=m)).isoformat()) for m in (30, 10, 40, 20)]
    phone.push(*ops, clock={"sent_at": world.clock.now().isoformat()})
    with world.reading() as reading:
        times = reading.session.scalars(select(Op.effective_at).order_by(Op.device_seq)).all()
    assert times == [start + timedelta(minutes=m) for m in (30, 30, 40, 40)]


def test_a_token_that_is_wrong_or_closed_stores_nothing(world):
    phone, (order,) = world.phone(), world.orders()
    one = note(phone, order)
    phone.token, kept = "wrong", phone.token
    with pytest.raises(DomainError, match="token-invalid"):
        phone.push(one)
    phone.token = kept
    actor_uow = world.runtime.unit_of_work(system_actor())
    with actor_uow as uow:
        devices.revoke(uow, device_id=phone.device_id, grace_days=30)
    assert phone.push(one)["results"][0] == {"id": one["id"], "status": "quarantined", "code": "device-revoked"}
    with pytest.raises(DomainError, match="device-revoked"):
        phone.pull()
    world.clock.at += timedelta(days=31)
    with pytest.raises(DomainError, match="device-closed"):
        phone.push(note(phone, order))
    assert stored(world) == 1


def test_nobody_learns_of_somebody_elses_op(world):
    mine, other, (order,) = world.phone(0), world.phone(1), world.orders()
    one = note(mine, order)
    mine.push(one)
    assert other.statuses(one, {"id": str(new_id())}) == [("unknown", None), ("unknown", None)]
    assert mine.statuses(one) == [("pending", None)]
    assert UUID(one["id"])
