"""Who answers for a place and since when: how an appointment fits into those before and after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dispatch.territory import errors


class DutyKind(StrEnum):
    """In which capacity somebody answers for a place."""

    ZONE_MANAGER = "zone_manager"
    DEPUTY = "deputy"
    GROUP_LEADER = "group_leader"
    STATION_MANAGER = "station_manager"


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody answers for a place from a moment on, until another (None: still). Aware UTC."""

    id: UUID
    user_id: UUID
    valid_from: datetime
    valid_to: datetime | None

    def holds_at(self, at: datetime) -> bool:
        """Tell whether the duty is in force at a moment; its end belongs to the successor."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class Appointment:
    """What an appointment changes: whose duty ends when it begins, and when it ends itself (None: it does not)."""

    ends: Duty | None
    valid_to: datetime | None
    unchanged: Duty | None = None


def appointment(duties: Sequence[Duty], user_id: UUID, valid_from: datetime, now: datetime) -> Appointment:
    """Fit a new appointment into the duties of one kind at one place, so that there is neither a gap nor an overlap.

    It ends the duty in force at `valid_from`, and lasts until one that was planned for later. Whoever is in force then and is
    appointed again stays as they are. What has become history is not rewritten: an appointment may reach back, but not to or
    before the beginning of the latest duty that has begun.

    Raises:
        Conflict (territory.duty_taken): it would begin with or before a duty that has already begun, or with a planned one.
    """
    present = next((duty for duty in duties if duty.holds_at(valid_from)), None)
    if present is not None and present.user_id == user_id:
        return Appointment(None, present.valid_to, unchanged=present)
    for duty in duties:
        if duty.valid_from == valid_from or valid_from < duty.valid_from <= now:
            raise errors.DUTY_TAKEN(f"somebody was appointed from {duty.valid_from.isoformat()}", path="/valid_from")
    later = min((duty.valid_from for duty in duties if duty.valid_from > valid_from), default=None)
    return Appointment(present, later)
