"""What a region decides about inspection reviews: shares, weights, points, thresholds and deadlines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.review.states import AppealState, Risk
from dispatch.policies import errors
from dispatch.policies.rules import known, whole

SUBJECT = "reviews"
WEIGHTS: Mapping[Risk, int] = {
    Risk.NEW_STAFF: 2,
    Risk.REOPENED: 5,
    Risk.GEO_MISMATCH: 3,
    Risk.HASTY: 4,
    Risk.PHOTO_TWICE: 4,
    Risk.IMPOSSIBLE_TRAVEL: 4,
    Risk.CLOCK_UNTRUSTED: 2,
}
"""How much each risk adds to the weight of a piece of work, which is 1 without any."""
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "random_percent": (0, 100),
    "stratified_percent": (0, 100),
    "risk_percent": (0, 100),
    "minimum_per_technician": (0, 100),
    "double_percent": (0, 100),
    "review_within_days": (1, 366),
    "lease_minutes": (5, 7 * 24 * 60),
    "appeal_within_days": (0, 366),
    "decide_within_days": (1, 366),
    "pass_percent": (0, 100),
    "fail_percent": (0, 100),
    "critical_findings": (0, 1000),
    "major_findings": (0, 1000),
    "item_points": (1, 1000),
    "faults_to_bar": (0, 1000),
    "fault_window_days": (1, 3660),
    "new_staff_days": (0, 3660),
    "hasty_seconds": (0, 24 * 60 * 60),
    "travel_kmh": (1, 2000),
    "spot_check_days": (1, 366),
    "plan_day": (0, 28),
}
_SPECIAL = ("risk_weights", "points", "overdue_appeal")


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """The rules of a region, with the product's defaults; see docs/policies.md. Percentages are whole."""

    random_percent: int = 2
    stratified_percent: int = 3
    risk_percent: int = 3
    minimum_per_technician: int = 1
    double_percent: int = 10
    review_within_days: int = 14
    lease_minutes: int = 240
    appeal_within_days: int = 7
    decide_within_days: int = 7
    pass_percent: int = 85
    fail_percent: int = 60
    critical_findings: int = 1
    major_findings: int = 1
    item_points: int = 5
    faults_to_bar: int = 3
    fault_window_days: int = 180
    new_staff_days: int = 90
    hasty_seconds: int = 120
    travel_kmh: int = 150
    spot_check_days: int = 30
    plan_day: int = 0
    risk_weights: Mapping[Risk, int] = field(default_factory=lambda: dict(WEIGHTS))
    points: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    overdue_appeal: AppealState = AppealState.OVERTURNED

    def points_of(self, template_code: str, item: str) -> int:
        """Return the most that an item of a template is worth; 0 leaves it out."""
        return self.points.get(template_code, {}).get(item, self.item_points)


def read_rules(document: Mapping[str, Any]) -> ReviewRules:
    """Read what a region decided; what it does not name is as by default. Raises Invalid (policy.rules_wrong) with the path."""
    known(document, (*_BOUNDS, *_SPECIAL))
    plain = ReviewRules()
    numbers = {name: whole(document, name, getattr(plain, name), *bounds) for name, bounds in _BOUNDS.items()}
    if numbers["fail_percent"] > numbers["pass_percent"]:
        raise errors.RULES_WRONG("at most pass_percent", path="/rules/fail_percent")
    overdue = document.get("overdue_appeal", plain.overdue_appeal.value)
    if overdue not in (AppealState.UPHELD, AppealState.OVERTURNED):
        raise errors.RULES_WRONG("upheld or overturned", path="/rules/overdue_appeal")
    return ReviewRules(
        **numbers,
        risk_weights=_weights(document.get("risk_weights", {})),
        points=_points(document.get("points", {})),
        overdue_appeal=AppealState(overdue),
    )


def _weights(given: Any) -> dict[Risk, int]:
    if not isinstance(given, Mapping):
        raise errors.RULES_WRONG("a weight for each risk", path="/rules/risk_weights")
    known(given, tuple(Risk), "/rules/risk_weights")
    return {risk: whole(given, risk.value, WEIGHTS[risk], 0, 100, "/rules/risk_weights") for risk in Risk}


def _points(given: Any) -> dict[str, dict[str, int]]:
    if not isinstance(given, Mapping) or len(given) > 200:
        raise errors.RULES_WRONG("the points of items, by template", path="/rules/points")
    found: dict[str, dict[str, int]] = {}
    for code, items in given.items():
        path = f"/rules/points/{code}"
        if not isinstance(items, Mapping) or len(items) > 500:
            raise errors.RULES_WRONG("points by item", path=path)
        found[code] = {item: whole(items, item, 0, 0, 1000, path) for item in items}
    return found
