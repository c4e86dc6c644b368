"""What a region decides about the life of its orders: limits, windows and waiting times, on the subject `work_orders`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from dispatch.policies import errors
from dispatch.policies.rules import known, texts, whole

SUBJECT = "work_orders"


class FollowUpClocks(StrEnum):
    """From when the clocks of a follow-up order run: from its making, or from when the first order was received."""

    NEW = "new"
    INHERIT = "inherit"


SUBMITTABLE = ("zone_id", "customer_id", "site_id")
DAY_MINUTES = 24 * 60
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "duplicate_hours": (0, 24 * 31),
    "declines_before_escalation": (1, 100),
    "geofence_metres": (0, 100_000),
    "longest_window_minutes": (15, 31 * DAY_MINUTES),
    "travel_minutes": (0, DAY_MINUTES),
    "longest_hold_minutes": (1, 366 * DAY_MINUTES),
    "close_after_days": (0, 366),
    "reopen_within_days": (0, 3660),
    "archive_after_days": (0, 3660),
}


@dataclass(frozen=True, slots=True)
class OrderRules:
    """The rules of a region, with the product's defaults.

    `submit_needs` names what a draft must have; `geofence_metres` is how far from the site somebody may report as arrived (0:
    anywhere); `travel_minutes` lie between two appointments of a technician at least; `archive_after_days` after its end an order
    leaves the phones. Minutes and days are plain time.
    """

    submit_needs: tuple[str, ...] = SUBMITTABLE
    duplicate_hours: int = 24
    declines_before_escalation: int = 3
    geofence_metres: int = 300
    longest_window_minutes: int = 12 * 60
    travel_minutes: int = 0
    longest_hold_minutes: int = 7 * DAY_MINUTES
    close_after_days: int = 7
    reopen_within_days: int = 30
    follow_up_clocks: FollowUpClocks = FollowUpClocks.NEW
    archive_after_days: int = 30


def read_rules(document: Mapping[str, Any]) -> OrderRules:
    """Read what a region decided; what it does not name is as by default. Raises Invalid (policy.rules_wrong) with the path."""
    known(document, tuple(OrderRules.__dataclass_fields__))
    plain = OrderRules()
    numbers = {name: whole(document, name, getattr(plain, name), *bounds) for name, bounds in _BOUNDS.items()}
    needs = texts(document.get("submit_needs", SUBMITTABLE), len(SUBMITTABLE), 32, "/rules/submit_needs")
    for nth, need in enumerate(needs):
        if need not in SUBMITTABLE:
            raise errors.RULES_WRONG("one of " + ", ".join(SUBMITTABLE), path=f"/rules/submit_needs/{nth}")
    clocks = document.get("follow_up_clocks", plain.follow_up_clocks.value)
    if clocks not in [one.value for one in FollowUpClocks]:
        raise errors.RULES_WRONG("one of " + ", ".join(FollowUpClocks), path="/rules/follow_up_clocks")
    return OrderRules(needs, **numbers, follow_up_clocks=FollowUpClocks(clocks))


def dump_rules(rules: OrderRules) -> dict[str, Any]:
    """Write all rules as a document, as phones get it."""
    return {
        **asdict(rules),
        "submit_needs": list(rules.submit_needs),
        "follow_up_clocks": rules.follow_up_clocks.value,
    }
