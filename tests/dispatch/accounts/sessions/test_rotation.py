from datetime import timedelta

import pytest

from dispatch.accounts.sessions.rotation import SKEW, Verdict, is_current, judge, successors
from tests.conftest import NOW

TOLERANCE = timedelta(seconds=20)


@pytest.mark.parametrize(
    ("spent_at", "last", "unanswered", "verdict"),
    [
        (None, False, False, Verdict.ROTATE),
        (None, False, True, Verdict.ROTATE),
        (NOW, True, True, Verdict.REPEAT),
        (NOW - TOLERANCE, True, True, Verdict.REPEAT),
        (NOW - TOLERANCE - timedelta(microseconds=1), True, True, Verdict.REUSE),
        (NOW, True, False, Verdict.REUSE),  # a new token is in use: nobody lost an answer
        (NOW, False, True, Verdict.REUSE),
        (NOW + timedelta(hours=1), True, True, Verdict.REUSE),  # a clock was set back
    ],
    ids=["fresh", "fresh-unanswered", "lost", "last-moment", "late", "answered", "older", "clock-set-back"],
)
def test_what_a_refresh_token_leads_to(spent_at, last, unanswered, verdict):
    found = judge(spent_at=spent_at, last=last, unanswered=unanswered, now=NOW, tolerance=TOLERANCE)
    assert found is verdict


def test_successors_are_the_same_for_the_same_salt_and_different_in_everything_else():
    pair = successors("fbr_one", b"salt")
    assert pair == successors("fbr_one", b"salt")
    others = [successors("fbr_one", b"pepper"), successors("fbr_two", b"salt")]
    tokens = {token for one in (pair, *others) for token in (one.access, one.refresh)}
    assert len(tokens) == 6
    assert pair.access.startswith("fba_")
    assert pair.refresh.startswith("fbr_")
    assert pair.access[4:] != pair.refresh[4:]


def test_a_token_is_good_from_when_it_was_given_until_its_end_give_or_take_a_clock():
    ends = NOW + timedelta(minutes=15)
    assert is_current(NOW, ends, NOW)
    assert is_current(NOW, ends, NOW - SKEW)
    assert not is_current(NOW, ends, NOW - SKEW - timedelta(seconds=1))
    assert is_current(NOW, ends, ends - timedelta(microseconds=1))
    assert not is_current(NOW, ends, ends)
