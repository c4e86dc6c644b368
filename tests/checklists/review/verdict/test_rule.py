import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.review.policy import ReviewRules
from checklists.review.states import Severity, Verdict
from checklists.review.verdict.rule import joined, judge

MINOR, MAJOR, CRITICAL = Severity
ORDER = [Verdict.FAIL, Verdict.REWORK, Verdict.PASS]


@pytest.mark.parametrize(
    ("score", "found", "changes", "verdict"),
    [
        (100, [], {}, "pass"),
        (85, [MINOR] * 9, {}, "pass"),
        (84.9, [], {}, "rework"),
        (60, [], {}, "rework"),
        (59.9, [], {}, "fail"),
        (100, [MAJOR], {}, "rework"),
        (100, [CRITICAL], {}, "fail"),
        (100, [MAJOR], {"major_findings": 2}, "pass"),
        (100, [MAJOR, CRITICAL], {"major_findings": 2, "critical_findings": 2}, "rework"),
        (100, [CRITICAL] * 9, {"critical_findings": 0, "major_findings": 0}, "pass"),
    ],
)
def test_the_verdict_follows_from_score_findings_and_thresholds(score, found, changes, verdict):
    assert judge(score, found, ReviewRules(**changes)) == verdict


@given(st.floats(0, 100), st.lists(st.sampled_from(Severity), max_size=5), st.sampled_from(Severity), st.floats(0, 100))
def test_one_more_finding_or_fewer_points_never_make_it_better(score, found, more, less):
    rules = ReviewRules()
    plain = ORDER.index(judge(score, found, rules))
    assert ORDER.index(judge(score, [*found, more], rules)) <= plain
    assert ORDER.index(judge(min(score, less), found, rules)) <= plain


def test_two_scores_join_to_their_mean():
    assert joined([80.0, 91.3]) == 85.7
    assert joined([70.0]) == 70.0
