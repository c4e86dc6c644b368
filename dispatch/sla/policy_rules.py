"""What a policy says beside its times: pauses, thresholds, appointments, escalation; and how that is kept as a document."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.sla import errors
from dispatch.sla.calendars import Calendar
from dispatch.sla.clock import Rules
from dispatch.sla.notices import Escalation
from dispatch.sla.pauses import Approval, ClockName, PauseRule
from kernel.errors import FieldProblem


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """The rules of a policy. Thresholds are percent of the target; `follow_customer` lets the visit's time move with the
    customer's wish; the escalation's minutes count from the breach."""

    pauses: tuple[PauseRule, ...] = ()
    blue_percent: int = 50
    yellow_percent: int = 75
    follow_customer: bool = True
    station_minutes: int = 30
    region_minutes: int = 60

    @property
    def escalation(self) -> Escalation:
        """When station and region are told of a breach."""
        return Escalation(self.station_minutes, self.region_minutes)

    def for_clock(self, clock: ClockName, calendar: Calendar) -> Rules:
        """Return what counts for one clock by a calendar."""
        pauses = {rule.reason: rule for rule in self.pauses if clock in rule.clocks}
        return Rules(calendar, pauses, self.blue_percent, self.yellow_percent)


def check_rules(rules: PolicyRules) -> None:
    """Refuse rules that contradict themselves. Raises Invalid (sla.rules_wrong) with the path of each."""
    problems = []
    reasons = [rule.reason for rule in rules.pauses]
    for nth, reason in enumerate(reasons):
        if reason in reasons[:nth]:
            problems.append(FieldProblem(f"/pauses/{nth}/reason", errors.RULES_WRONG.code, "named twice"))
    if not 1 <= rules.blue_percent <= rules.yellow_percent <= 100:
        detail = "blue comes before yellow, and both before 100"
        problems.append(FieldProblem("/yellow_percent", errors.RULES_WRONG.code, detail))
    if rules.region_minutes < rules.station_minutes:
        problems.append(FieldProblem("/region_minutes", errors.RULES_WRONG.code, "the station is told first"))
    if problems:
        raise errors.RULES_WRONG(fields=tuple(problems))


def dump_rules(rules: PolicyRules) -> dict[str, Any]:
    """Write rules as a document."""
    return {
        "pauses": [
            {
                "reason": rule.reason,
                "clocks": sorted(clock.value for clock in rule.clocks),
                "longest_minutes": rule.longest_minutes,
                "total_minutes": rule.total_minutes,
                "approval": rule.approval.value,
            }
            for rule in rules.pauses
        ],
        "blue_percent": rules.blue_percent,
        "yellow_percent": rules.yellow_percent,
        "follow_customer": rules.follow_customer,
        "station_minutes": rules.station_minutes,
        "region_minutes": rules.region_minutes,
    }


def read_rules(document: Mapping[str, Any]) -> PolicyRules:
    """Read rules from the document that `dump_rules` wrote; what it lacks is as by default."""
    plain = {name: value for name, value in document.items() if name != "pauses"}
    pauses = tuple(
        PauseRule(
            one["reason"],
            frozenset(ClockName(clock) for clock in one["clocks"]),
            one["longest_minutes"],
            one["total_minutes"],
            Approval(one["approval"]),
        )
        for one in document.get("pauses", ())
    )
    return PolicyRules(pauses, **plain)
