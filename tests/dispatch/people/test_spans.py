from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.people.spans import Span, clipped, merged, overlaps, without

START = datetime(2026, 11, 22, tzinfo=UTC)


def at(hour):
    return START + timedelta(hours=hour)


def span(first, last):
    return Span(at(first), at(last))


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda two: span(*sorted(two))), max_size=8)


def hours(given_spans):
    return {hour for hour in range(41) if any(one.start <= at(hour) < one.end for one in given_spans)}


def test_stretches_that_touch_become_one_and_empty_ones_vanish():
    assert merged([span(4, 6), span(1, 2), span(2, 3), span(5, 5)]) == (span(1, 3), span(4, 6))
    assert merged([]) == ()


def test_stretches_that_only_touch_do_not_overlap():
    assert overlaps(span(1, 3), span(2, 4))
    assert not overlaps(span(1, 3), span(3, 4))


def test_holes_are_cut_out():
    assert without([span(0, 10)], [span(2, 3), span(9, 12)]) == (span(0, 2), span(3, 9))
    assert without([span(0, 2)], [span(0, 2)]) == ()


@settings(max_examples=150)
@given(spans, spans)
def test_cutting_and_joining_counts_every_hour_once(some, others):
    assert hours(merged(some)) == hours(some)
    assert hours(without(some, others)) == hours(some) - hours(others)
    assert hours(clipped(some, span(5, 25))) == hours(some) & set(range(5, 25))
    for one, following in zip(merged(some), merged(some)[1:], strict=False):
        assert one.end < following.start
