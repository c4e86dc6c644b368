"""Rotations (轮班): a cycle of days that repeats, in which each member stands at a place of their own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from dispatch.people import errors
from dispatch.people.roster.shift_times import days_of
from kernel.errors import FieldProblem

LONGEST_CYCLE = 366
"""Days."""


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """Somebody is to have a shift of this code on this day."""

    technician_id: UUID
    day: date
    code: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a rotation, and how many days further in the cycle they stand than its first day on the anchor day."""

    technician_id: UUID
    offset: int = 0


def check_cycle(cycle: Sequence[Any], known: Collection[str]) -> list[str | None]:
    """Return a cycle of shift codes, None for days off.

    Raises Invalid (people.rotation_wrong), with the path: it is empty or too long, has no shift at all, or names an unknown one.
    """
    if not 1 <= len(cycle) <= LONGEST_CYCLE:
        raise errors.ROTATION_WRONG(f"a cycle has 1 to {LONGEST_CYCLE} days", path="/cycle")
    wrong = [
        FieldProblem(f"/cycle/{nth}", errors.ROTATION_WRONG.code, f"there is no shift {code!r} here")
        for nth, code in enumerate(cycle)
        if code is not None and code not in known
    ]
    if wrong:
        raise errors.ROTATION_WRONG(fields=tuple(wrong))
    if all(code is None for code in cycle):
        raise errors.ROTATION_WRONG("nobody would ever be on duty", path="/cycle")
    return list(cycle)


def planned(
    cycle: Sequence[str | None], anchor: date, members: Iterable[Member], first: date, last: date
) -> list[PlannedShift]:
    """Return the shifts of all members from one day to another, both included, in the order of days and members.

    On the anchor day a member with offset 0 stands on the first day of the cycle.
    """
    crew = list(members)
    found = []
    for day in days_of(first, last):
        for member in crew:
            code = cycle[((day - anchor).days + member.offset) % len(cycle)]
            if code is not None:
                found.append(PlannedShift(member.technician_id, day, code))
    return found
