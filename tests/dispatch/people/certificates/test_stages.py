from datetime import date, timedelta

import pytest

from dispatch.people.certificates.stages import stage_due

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("left", "warned", "expected"),
    [
        (61, None, None),
        (60, None, 60),
        (59, 60, None),
        (31, None, 60),
        (30, 60, 30),
        (7, 30, 7),
        (7, 60, 7),
        (5, None, 7),
        (5, 7, None),
        (0, 30, 7),
        (0, 7, None),
        (-1, None, None),
    ],
)
def test_everybody_is_warned_once_at_each_stage(left, warned, expected):
    assert stage_due(TODAY + timedelta(days=left), TODAY, (60, 30, 7), warned) == expected


def test_day_by_day_each_stage_comes_exactly_once():
    said, warned = [], None
    end = TODAY + timedelta(days=70)
    for n in range(80):
        stage = stage_due(end, TODAY + timedelta(days=n), (60, 30, 7), warned)
        if stage is not None:
            said.append((70 - n, stage))
            warned = stage
    assert said == [(60, 60), (30, 30), (7, 7)]


def test_without_stages_nobody_is_warned():
    assert stage_due(TODAY, TODAY, (), None) is None
