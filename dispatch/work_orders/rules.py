"""What a region decides about the life of its orders: limits, windows and waiting times; and how that is kept as a document."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from dispatch.work_orders import errors
from kernel.errors import FieldProblem


class FollowUpClocks(StrEnum):
    """From when the clocks of a follow-up order run: from its making, or from when the first order was received."""

    NEW = "new"
    INHERIT = "inherit"


SUBMITTABLE = ("zone_id", "customer_id", "site_id")
MONTH_MINUTES = 31 * 24 * 60
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "duplicate_hours": (0, 24 * 31),
    "declines_before_escalation": (1, 100),
    "geofence_metres": (0, 100_000),
    "longest_window_minutes": (15, MONTH_MINUTES),
    "travel_minutes": (0, 24 * 60),
    "longest_hold_minutes": (1, 12 * MONTH_MINUTES),
    "close_after_days": (0, 366),
    "reopen_within_days": (0, 3660),
}


@dataclass(frozen=True, slots=True)
class OrderRules:
    """The rules of a region, with the product's defaults.

    `submit_needs` names what a draft must have; `geofence_metres` is how far from the site somebody may report as arrived (0:
    anywhere); `travel_minutes` lie between two appointments of a technician at least. Minutes and days are plain time.
    """

    submit_needs: tuple[str, ...] = SUBMITTABLE
    duplicate_hours: int = 24
    declines_before_escalation: int = 3
    geofence_metres: int = 300
    longest_window_minutes: int = 12 * 60
    travel_minutes: int = 0
    longest_hold_minutes: int = 7 * 24 * 60
    close_after_days: int = 7
    reopen_within_days: int = 30
    follow_up_clocks: FollowUpClocks = FollowUpClocks.NEW


def check_rules(rules: OrderRules) -> None:
    """Refuse rules beyond reason. Raises Invalid (work_order.rules_wrong) with the path of each."""
    problems = [
        FieldProblem(f"/rules/{name}", errors.RULES_WRONG.code, f"must be between {low} and {high}")
        for name, (low, high) in _BOUNDS.items()
        if not low <= getattr(rules, name) <= high
    ]
    unknown = sorted(set(rules.submit_needs) - set(SUBMITTABLE))
    if unknown:
        detail = f"a draft can need {', '.join(SUBMITTABLE)}"
        problems.append(FieldProblem("/rules/submit_needs", errors.RULES_WRONG.code, detail))
    if problems:
        raise errors.RULES_WRONG(fields=tuple(problems))


def dump_rules(rules: OrderRules) -> dict[str, Any]:
    """Write rules as a document."""
    return {
        **asdict(rules),
        "submit_needs": list(rules.submit_needs),
        "follow_up_clocks": rules.follow_up_clocks.value,
    }


def read_rules(document: Mapping[str, Any]) -> OrderRules:
    """Read rules from the document that `dump_rules` wrote; what it lacks is as by default, what nobody knows is passed over."""
    known = {one.name for one in fields(OrderRules)}
    given = {name: value for name, value in document.items() if name in known}
    if "submit_needs" in given:
        given["submit_needs"] = tuple(given["submit_needs"])
    if "follow_up_clocks" in given:
        given["follow_up_clocks"] = FollowUpClocks(given["follow_up_clocks"])
    return OrderRules(**given)
