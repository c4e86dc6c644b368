from datetime import UTC, datetime, timedelta

import pytest

from checklists.evidence.comparing import PhotoRules, Told, compare, read_rules
from checklists.media.states import Doubt
from kernel.errors import DomainError

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
RULES = PhotoRules(seconds_apart=600, metres_apart=100)


@pytest.mark.parametrize(
    ("seconds", "doubts"),
    [(-601, (Doubt.OTHER_TIME,)), (-600, ()), (0, ()), (600, ()), (601, (Doubt.OTHER_TIME,))],
)
def test_a_picture_is_doubted_when_its_time_is_far_from_what_was_told(seconds, doubts):
    found = compare(AT + timedelta(seconds=seconds), None, None, Told(AT), RULES)
    assert (found.seconds_apart, found.metres_apart, found.doubts) == (seconds, None, doubts)


@pytest.mark.parametrize(
    ("accuracy", "doubts"), [(None, (Doubt.OTHER_PLACE,)), (10.0, (Doubt.OTHER_PLACE,)), (50.0, ())]
)
def test_a_place_is_doubted_beyond_what_the_phone_was_unsure_of(accuracy, doubts):
    found = compare(None, 33.78, 119.26, Told(AT, 33.7813, 119.26, accuracy), RULES)
    assert found.metres_apart == pytest.approx(144, abs=1)
    assert (found.seconds_apart, found.doubts) == (None, doubts)


def test_where_one_says_nothing_nothing_is_doubted():
    assert compare(None, None, None, Told(AT, 1, 1), RULES).doubts == ()
    assert compare(AT, 1, 1, Told(), RULES).doubts == ()


def test_a_region_decides_what_is_far():
    assert read_rules({"metres_apart": 5}) == PhotoRules(metres_apart=5)
    for wrong in ({"metres_apart": -1}, {"seconds_apart": "1"}, {"minutes": 1}):
        with pytest.raises(DomainError):
            read_rules(wrong)
