"""How often a region looks over its checklists, and when it is reminded of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from dispatch.policies import rules

SUBJECT = "checklist_templates"


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """Numbers of a region: months from one review to the next, days before the due day that people are reminded, and days
    between the reminders once it has passed."""

    review_months: int = 6
    remind_days: int = 30
    again_days: int = 7


def read_rules(given: Mapping[str, Any]) -> ReviewRules:
    """Read `{"review_months": 6, "remind_days": 30, "again_days": 7}`; what is left out has its default.

    Raises Invalid (policy.rules_wrong) with the path.
    """
    plain = ReviewRules()
    rules.known(given, ("review_months", "remind_days", "again_days"))
    return ReviewRules(
        rules.whole(given, "review_months", plain.review_months, 1, 60),
        rules.whole(given, "remind_days", plain.remind_days, 0, 180),
        rules.whole(given, "again_days", plain.again_days, 1, 92),
    )


def due_after(at: datetime, numbers: ReviewRules) -> datetime:
    """Return when a version is due for review that was published, or reviewed, at a moment."""
    return at + relativedelta(months=numbers.review_months)


def first_reminder(due: datetime, numbers: ReviewRules) -> datetime:
    """Return when people are first reminded of a review."""
    return due - timedelta(days=numbers.remind_days)


def next_reminder(due: datetime, now: datetime, numbers: ReviewRules) -> datetime:
    """Return when they are reminded again, having been reminded now: on the due day, then again and again."""
    if now < due:
        return due
    passed = (now - due).days // numbers.again_days + 1
    return due + timedelta(days=passed * numbers.again_days)
