"""The words of inspection review: where plans, reviews and appeals stand, and why something was drawn."""

from enum import StrEnum


class PlanState(StrEnum):
    """A plan is framed first; only what is stored can be drawn from."""

    FRAMED = "framed"
    DRAWN = "drawn"


class Source(StrEnum):
    """Where a review comes from: a month's plan, somebody's pick, or work that was done again."""

    PLAN = "plan"
    SPOT_CHECK = "spot_check"
    REWORK = "rework"


class Why(StrEnum):
    """Why a piece of work was taken."""

    RANDOM = "random"
    MINIMUM = "minimum"
    STRATUM = "stratum"
    RISK = "risk"
    CHOSEN = "chosen"
    AGAIN = "again"


class Risk(StrEnum):
    """What makes a piece of work more worth a look."""

    NEW_STAFF = "new_staff"
    REOPENED = "reopened"
    GEO_MISMATCH = "geo_mismatch"
    HASTY = "hasty"
    PHOTO_TWICE = "photo_twice"
    IMPOSSIBLE_TRAVEL = "impossible_travel"
    CLOCK_UNTRUSTED = "clock_untrusted"


class ReviewState(StrEnum):
    """Where a review stands: sampled → in review → decided → (appealed →) final; or nobody came to it in time."""

    SAMPLED = "sampled"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    APPEALED = "appealed"
    FINAL = "final"
    LAPSED = "lapsed"


WAITING = (ReviewState.SAMPLED, ReviewState.IN_REVIEW)
"""Nobody but reviewers knows of it yet."""
KNOWN = (ReviewState.DECIDED, ReviewState.APPEALED, ReviewState.FINAL)
"""Whose work it was knows of it."""


class SlotState(StrEnum):
    """Where one reviewer's part stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    SUBMITTED = "submitted"
    DROPPED = "dropped"


class Verdict(StrEnum):
    """What a review comes to."""

    PASS = "pass"  # noqa: S105 - a verdict, no secret
    REWORK = "rework"
    FAIL = "fail"


class Severity(StrEnum):
    """How bad a finding is."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Reopening(StrEnum):
    """What became of the order when its work is to be done again."""

    RETURNED = "returned"
    REOPENED = "reopened"
    TOO_LATE = "too_late"
    NOT_POSSIBLE = "not_possible"


class AppealState(StrEnum):
    """What became of an appeal."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
