"""A batch told apart, before anything is stored."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from kernel.settings import Settings
from sync.devices.calling import Phone
from sync.devices.states import DeviceStatus
from sync.ingest.envelope import Batch
from sync.ingest.sorting import COLUMNS, SHARDS, shard_of, sort

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DEVICE, ORDER = UUID(int=7), UUID(int=8)
PHONE = Phone(DEVICE, UUID(int=1), UUID(int=2), DeviceStatus.ACTIVE, None, [], False, 0, None, 0, 0, 0)


def op(seq, **changes):
    known = {"id": str(UUID(int=100 + (seq or 0))), "seq": seq, "type": "log.note", "work_order_id": str(ORDER)}
    return {**known, "occurred_at": "2026-11-22T09:00:00Z", "data": {"text": "到场"}, **changes}


def told_apart(*ops, received=(), phone=PHONE):
    had = [[low, high, 1.0, 2.0] for low, high in received]
    return sort(Batch(list(ops), None, None), replace(phone, received=had), Settings.from_environment(), NOW)


@pytest.mark.parametrize(
    ("received", "numbers", "in_step"),
    [
        ((), (1, 2, 3), True),
        ((), (3, 1, 2), True),
        (((1, 4),), (5, 6), True),
        (((3, 4),), (5,), True),
        ((), (2, 3), False),
        (((1, 4),), (6,), False),
        (((1, 4),), (4, 5), False),
        ((), (1, 3), False),
        ((), (1, 1, 2), False),
        ((), (1, None, 2), False),
    ],
)
def test_numbers_are_in_step_when_they_go_on_one_by_one(received, numbers, in_step):
    ops = [op(number, id=str(UUID(int=50 + at))) for at, number in enumerate(numbers)]
    assert told_apart(*ops, received=received).in_step is in_step


@pytest.mark.parametrize(
    ("received", "numbers", "new"),
    [
        ((), (1, 2, 3), True),
        ((), (2, 5), True),
        (((1, 2), (5, 6)), (3, 4), True),
        (((1, 2), (5, 6)), (3, 9), True),
        (((1, 2),), (2, 3), False),
        ((), (2, 2), False),
        ((), (2, None), False),
        ((), (), False),
    ],
)
def test_a_batch_is_new_when_no_number_of_it_came_before(received, numbers, new):
    ops = [op(number, id=str(UUID(int=50 + at))) for at, number in enumerate(numbers)]
    assert told_apart(*ops, received=received).is_new() is new


def test_a_batch_came_again_when_all_of_its_numbers_had_come():
    assert told_apart(op(1), op(2), received=[(1, 3)]).come_again()
    assert not told_apart(op(3), op(4), received=[(1, 3)]).come_again()
    assert not told_apart(op(1), op(None), received=[(1, 3)]).come_again()
    assert not told_apart(received=[(1, 3)]).come_again()


def test_it_is_found_again_by_ids_and_content():
    batch = told_apart(op(1), op(2))
    hashes = {one.id: one.hash for one, _, _ in batch.kept}
    assert batch.is_found_again(hashes)
    assert not batch.is_found_again({**hashes, str(UUID(int=101)): "00"})
    assert not batch.is_found_again({str(UUID(int=101)): hashes[str(UUID(int=101))]})


def test_answers_are_in_the_order_of_the_batch_and_rows_in_that_of_the_numbers():
    batch = told_apart(op(2), "no op", op(1))
    assert [answer["id"] for answer in batch.answers] == [str(UUID(int=102)), None, str(UUID(int=101))]
    assert [row["device_seq"] for _, _, row in batch.kept] == [1, 2]
    assert all(set(row) <= set(COLUMNS) for _, _, row in batch.kept)


def test_ops_about_no_order_are_about_the_phone():
    batch = told_apart(op(1), op(2, work_order_id=None))
    assert [row["subject_id"] for _, _, row in batch.kept] == [str(ORDER), str(DEVICE)]
    assert [row["shard"] for _, _, row in batch.kept] == [shard_of(ORDER), shard_of(DEVICE)] == [8 % SHARDS, 7 % SHARDS]


def test_only_commands_wait_for_gaps():
    batch = told_apart(op(1), op(2, type="work_order.arrive"))
    assert [row.get("hold_until") is None for _, _, row in batch.kept] == [True, False]


def test_everything_of_a_revoked_phone_waits_for_a_person():
    batch = told_apart(op(1), op(2, type="rumour"), phone=replace(PHONE, status=DeviceStatus.REVOKED))
    assert [answer["code"] for answer in batch.answers] == ["device-revoked", "unknown-type"]
