from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispatch.accounts.keys.ending import STAGES, stage_due
from tests.conftest import NOW

spans = st.timedeltas(timedelta(seconds=-90000), timedelta(days=400))


def due(left_days, whole_days=365):
    at = NOW + timedelta(days=whole_days)
    return stage_due(expires_at=at, written_at=NOW, now=at - timedelta(days=left_days))


def test_the_stage_nearest_to_the_end_counts():
    assert [due(left) for left in (14.01, 14, 2.01, 2, 0.01, 0, -1)] == [
        None,
        timedelta(days=14),
        timedelta(days=14),
        timedelta(days=2),
        timedelta(days=2),
        None,
        None,
    ]


def test_who_made_a_key_for_less_is_not_told_what_they_said():
    assert [due(1, whole) for whole in (1.5, 2, 3, 15)] == [None, None, timedelta(days=2), timedelta(days=2)]
    assert [due(13, whole) for whole in (13.5, 14, 15)] == [None, None, timedelta(days=14)]


@given(spans, spans)
def test_a_stage_is_told_before_the_end_and_after_it_began(left, whole):
    stage = stage_due(expires_at=NOW + left, written_at=NOW + left - whole, now=NOW)
    if stage is None:
        assert left <= timedelta() or all(left > one or whole <= one for one in STAGES)
    else:
        assert timedelta() < left <= stage < whole
