"""When a request repeats an earlier one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from dispatch.requests.duplicates import Earlier, Signature, find_duplicate
from dispatch.texts import plain_phone

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SITE = UUID(int=9)
NEW = Signature("repair", "13800000000", SITE, AT)


def earlier(number=1, *, done=False, hours=1.0, **changes):
    signature = replace(NEW, received_at=AT - timedelta(hours=hours), **changes)
    return Earlier(UUID(int=number), UUID(int=100 + number), signature, done)


@pytest.mark.parametrize(
    ("one", "repeats"),
    [
        (earlier(), True),
        (earlier(phone="other"), True),
        (earlier(site_id=None), True),
        (earlier(phone=None, site_id=UUID(int=1)), False),
        (earlier(work_type="install"), False),
        (earlier(done=True), False),
        (earlier(hours=24), True),
        (earlier(hours=24.01), False),
        # What a phone handed in late may be dated before one that is there already.
        (earlier(hours=-2), True),
    ],
)
def test_the_same_phone_or_site_for_the_same_work_within_a_day_is_a_repetition(one, repeats):
    assert find_duplicate(NEW, [one]) == (one if repeats else None)


def test_unknown_phones_and_sites_are_not_the_same():
    nobody = Signature("repair", None, None, AT)
    assert find_duplicate(nobody, [earlier(phone=None, site_id=None)]) is None


def test_the_latest_is_the_one_that_is_repeated():
    assert find_duplicate(NEW, [earlier(1, hours=3), earlier(2, hours=1), earlier(3, hours=2)]).request_id == UUID(
        int=2
    )


def test_a_region_may_choose_other_hours():
    assert find_duplicate(NEW, [earlier(hours=5)], hours=4) is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("138 0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("0086-138-0000-0000", "13800000000"),
        ("(0517) 8888 6666", "051788886666"),
        ("+1 617 555 0100", "+16175550100"),
        ("n/a", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_is_compared_without_the_signs_between_its_digits(text, plain):
    assert plain_phone(text) == plain
