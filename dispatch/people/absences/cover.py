"""Whether somebody stands in for a manager who is away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.people.availability import Absence
from dispatch.people.spans import Span, clipped, without
from dispatch.territory.deputising import ManagedZone


@dataclass(frozen=True, slots=True)
class UncoveredZone:
    """A zone that nobody answers for in a time: its manager is away, and there is no deputy, or the deputy is away, too."""

    absence_id: UUID
    zone_id: UUID
    code: str
    name: str
    manager_id: UUID
    start_at: datetime
    end_at: datetime


def uncovered(
    absence: Absence, technician_id: UUID, zones: Sequence[ManagedZone], away: Mapping[UUID, Sequence[Absence]]
) -> list[UncoveredZone]:
    """Return when nobody answers for the zones of somebody who is away; `away` has the absences of the deputies."""
    found = []
    for zone in zones:
        if zone.manager_id != technician_id:
            continue
        duty = clipped([absence.span], _between(zone.valid_from, zone.valid_to, absence.span))
        cover: list[Span] = []
        for deputy in zone.deputies:
            there = _between(deputy.valid_from, deputy.valid_to, absence.span)
            if deputy.user_id != technician_id:
                cover += without([there], [one.span for one in away.get(deputy.user_id, ())])
        found += [
            UncoveredZone(absence.id, zone.zone_id, zone.code, zone.name, technician_id, hole.start, hole.end)
            for hole in without(duty, cover)
        ]
    return found


def _between(start: datetime, end: datetime | None, within: Span) -> Span:
    return Span(start, within.end if end is None else end)
