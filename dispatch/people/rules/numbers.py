"""The numbers of the rules about people, with their defaults; and how they are kept as a document."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from dispatch.people import errors
from kernel.errors import FieldProblem


class Reach(StrEnum):
    """How far away a mentor may work from whom they look after."""

    STATION = "station"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class PeopleRules:
    """Numbers by which a region handles its people; days are days of its calendar.

    - `warn_days`: how long before a certificate ends its holder and their leader are told;
    - `mentees_at_most` of one mentor at a time; `mentor_within`: both work at one station, or in one region;
    - `plan_days_at_most`: the longest roster that is published at once;
    - `gap_days`: how far ahead hours without anybody on duty are looked for;
    - `absence_days_at_most`: the longest absence; `absence_back_days`: how long afterwards one may still be entered.
    """

    warn_days: tuple[int, ...] = (60, 30, 7)
    mentees_at_most: int = 2
    mentor_within: Reach = Reach.STATION
    plan_days_at_most: int = 92
    gap_days: int = 14
    absence_days_at_most: int = 366
    absence_back_days: int = 31


BOUNDS: Mapping[str, tuple[int, int]] = {
    "mentees_at_most": (1, 50),
    "plan_days_at_most": (1, 366),
    "gap_days": (1, 92),
    "absence_days_at_most": (1, 1100),
    "absence_back_days": (0, 366),
}


def check_rules(rules: PeopleRules) -> PeopleRules:
    """Return the rules, with the days of warning in order. Raises Invalid (people.rules_wrong) with the path of each."""
    problems = []
    for name, (low, high) in BOUNDS.items():
        if not low <= getattr(rules, name) <= high:
            problems.append(FieldProblem(f"/{name}", errors.RULES_WRONG.code, f"must be from {low} to {high}"))
    for nth, days in enumerate(rules.warn_days):
        if not 0 <= days <= 366 or days in rules.warn_days[:nth]:
            detail = "must be from 0 to 366, and each once"
            problems.append(FieldProblem(f"/warn_days/{nth}", errors.RULES_WRONG.code, detail))
    if problems:
        raise errors.RULES_WRONG(fields=tuple(problems))
    values = {field.name: getattr(rules, field.name) for field in fields(rules)}
    return PeopleRules(**{**values, "warn_days": tuple(sorted(rules.warn_days, reverse=True))})


def dump_rules(rules: PeopleRules) -> dict[str, Any]:
    """Write rules as a document."""
    return {**asdict(rules), "warn_days": list(rules.warn_days), "mentor_within": rules.mentor_within.value}


def read_rules(document: Mapping[str, Any]) -> PeopleRules:
    """Read rules from the document that `dump_rules` wrote; what it lacks is as by default."""
    found = dict(document)
    if "warn_days" in found:
        found["warn_days"] = tuple(found["warn_days"])
    if "mentor_within" in found:
        found["mentor_within"] = Reach(found["mentor_within"])
    return PeopleRules(**found)
