"""What a review comes to: a pure rule over score and findings, with the region's thresholds."""

from collections.abc import Iterable, Sequence

from checklists.review.policy import ReviewRules
from checklists.review.states import Severity, Verdict


def judge(score: float, severities: Iterable[Severity], rules: ReviewRules) -> Verdict:
    """Return the verdict on a score (in percent) and findings.

    So many critical findings fail, and so does a score below `fail_percent`. So many major findings, or a score below
    `pass_percent`, are rework. A threshold of 0 findings never applies. Minor findings are told and change nothing.
    """
    found = list(severities)
    critical, major = found.count(Severity.CRITICAL), found.count(Severity.MAJOR)
    if 0 < rules.critical_findings <= critical or score < rules.fail_percent:
        return Verdict.FAIL
    if 0 < rules.major_findings <= major + critical or score < rules.pass_percent:
        return Verdict.REWORK
    return Verdict.PASS


def joined(scores: Sequence[float]) -> float:
    """Return the score of a review that several people did: the mean of theirs, to a tenth."""
    return round(sum(scores) / len(scores), 1)
