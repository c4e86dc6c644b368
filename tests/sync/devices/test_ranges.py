"""Ranges of received numbers, against a plain set."""

from hypothesis import given
from hypothesis import strategies as st

from sync.devices.ranges import MOST_RANGES, Received, add_all, contiguous

NUMBERS = st.lists(st.integers(1, 60), max_size=80)


def model_gaps(seen: set[int]) -> list[list[int]]:
    gaps: list[list[int]] = []
    for number in range(1, max(seen, default=0)):
        if number in seen:
            continue
        if gaps and gaps[-1][1] == number - 1:
            gaps[-1][1] = number
        else:
            gaps.append([number, number])
    return gaps


@given(NUMBERS)
def test_they_say_what_a_set_of_the_numbers_says(numbers):
    received, seen = Received(), set()
    for number in numbers:
        assert received.has(number) == (number in seen)
        received.add(number, float(number))
        seen.add(number)
    assert received.highest() == max(seen, default=0)
    assert received.missing() == model_gaps(seen)
    assert received.contiguous_to() == next(n for n in range(61) if n + 1 not in seen)
    for low, high, first, last in received.ranges:
        assert (first, last) == (low, high)
    assert all(a[1] + 1 < b[0] for a, b in zip(received.ranges, received.ranges[1:], strict=False))


@given(NUMBERS, st.integers(1, 60))
def test_the_neighbours_of_a_gap_are_the_nearest_numbers_around_it(numbers, probe):
    received = Received()
    for number in numbers:
        received.add(number, float(number))
    below, above = received.neighbours(probe)
    if probe not in numbers:
        assert below == max((n for n in numbers if n < probe), default=None)
        assert above == min((n for n in numbers if n > probe), default=None)


@given(NUMBERS, NUMBERS)
def test_plain_ranges_merge_in_any_order(first, second):
    merged = add_all(add_all([], first), second)
    assert merged == add_all(add_all([], second), first) == add_all([], first + second)
    covered = {n for low, high in merged for n in range(low, high + 1)}
    assert covered == set(first + second)
    assert contiguous(merged) == next(n for n in range(61) if n + 1 not in covered)


def test_a_phone_that_leaves_gaps_without_end_does_not_make_its_row_grow_without_end():
    received, plain = Received(), add_all([], range(1, 4 * MOST_RANGES, 2))
    for number in range(1, 4 * MOST_RANGES, 2):
        received.add(number, float(number))
    assert len(received.ranges) == len(plain) == MOST_RANGES
    assert [one[:2] for one in received.ranges] == plain
    assert (received.highest(), received.contiguous_to()) == (4 * MOST_RANGES - 1, contiguous(plain))
    assert received.missing()[-1] == [4 * MOST_RANGES - 2] * 2, "the newest gaps are still told"
