"""Corrected times, by table and by property."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import iso
from sync.ingest.timing import TimeQuality, effective, moment, read_clock

RECEIVED = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
R = RECEIVED.timestamp()


def at(hours: float) -> str:
    return iso(RECEIVED + timedelta(hours=hours))


def test_the_monotonic_clock_of_the_anchors_boot_wins_over_a_wrong_wall_clock():
    clock = read_clock(
        {"anchor": {"server_time": at(-8), "mono_ms": 2000, "boot_id": "b7"}, "sent_at": at(1e4)}, RECEIVED
    )
    op = {"mono_ms": 2000 + 3_600_000, "boot_id": "b7", "occurred_at": "2037-01-01T00:00:00Z"}
    assert effective(op, clock, None, None) == (R - 7 * 3600, TimeQuality.MONO)


def test_an_op_of_the_boot_that_sends_needs_no_anchor():
    clock = read_clock({"mono_ms": 10_000, "boot_id": "b8", "rtt_ms": 200}, RECEIVED)
    assert effective({"mono_ms": 4_000, "boot_id": "b8"}, clock, None, None) == (R - 0.1 - 6, TimeQuality.MONO)


def test_without_a_boot_in_common_the_measured_offset_corrects_the_wall_clock():
    clock = read_clock({"sent_at": at(2), "anchor": {"server_time": at(-8), "mono_ms": 1, "boot_id": "b7"}}, RECEIVED)
    op = {"mono_ms": 5, "boot_id": "b6", "occurred_at": at(1)}
    assert effective(op, clock, None, None) == (R - 3600, TimeQuality.OFFSET)


def test_a_time_that_does_not_fit_between_its_neighbours_is_put_there():
    clock = read_clock({"sent_at": at(0)}, RECEIVED)
    assert effective({"occurred_at": at(-5)}, clock, R - 3600, None) == (R - 3600, TimeQuality.BRACKETED)
    assert effective({"occurred_at": at(-1)}, clock, None, R - 7200) == (R - 7200, TimeQuality.BRACKETED)


def test_no_time_at_all_is_the_moment_of_receipt():
    for op in ({}, {"occurred_at": "yesterday"}, {"occurred_at": "2026-11-22T08:00:00"}, {"occurred_at": 7}):
        assert effective(op, read_clock(None, RECEIVED), None, None) == (R, TimeQuality.UNTRUSTED)


def test_an_anchor_from_the_future_is_not_ours():
    clock = read_clock({"anchor": {"server_time": at(1), "mono_ms": 0, "boot_id": "b"}}, RECEIVED)
    assert clock.anchors == ()


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.datetimes().map(lambda d: d.isoformat() + "Z"),
)
CLOCKS = st.dictionaries(
    st.sampled_from(["sent_at", "mono_ms", "boot_id", "rtt_ms", "anchor"]),
    st.one_of(ANYTHING, st.dictionaries(st.sampled_from(["server_time", "mono_ms", "boot_id"]), ANYTHING)),
)
OPS = st.dictionaries(st.sampled_from(["occurred_at", "mono_ms", "boot_id"]), ANYTHING)


@given(CLOCKS, st.lists(OPS, max_size=6))
def test_time_never_goes_back_within_a_device_nor_beyond_the_receipt_whatever_a_phone_says(clock, ops):
    read = read_clock(clock, RECEIVED)
    below = None
    for op in ops:
        found, _ = effective(op, read, below, None)
        assert 0 <= found <= R
        assert below is None or found >= below
        below = found


def test_a_moment_needs_its_zone():
    assert moment("2026-11-22T18:00:00+08:00") == R
    assert moment("2026-11-22T18:00:00") is None
