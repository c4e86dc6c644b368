"""Who answers for a place and since when: how an appointment fits into those before and after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    """Somebody answers for a place from a moment on, until another (None: still). Aware UTC.

    `end_reason` says why nobody followed: the vacancy was stated.
    """

    id: UUID
    user_id: UUID
    valid_from: datetime
    valid_to: datetime | None
    end_reason: str | None = None

    def holds_at(self, at: datetime) -> bool:
        """Tell whether the duty is in force at a moment; its end belongs to the successor."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def meets(self, begins: datetime, ends: datetime | None) -> bool:
        """Tell whether the duty is in force at any moment of a time (None: without end)."""
        return (ends is None or self.valid_from < ends) and (self.valid_to is None or begins < self.valid_to)


@dataclass(frozen=True, slots=True)
class Appointment:
    """What an appointment changes: whose duty ends when it begins, and when it ends itself (None: it does not)."""

    ends: Duty | None
    valid_to: datetime | None
    unchanged: Duty | None = None


def appointment(
    duties: Sequence[Duty], user_id: UUID, valid_from: datetime, now: datetime, *, gaps: bool = True
) -> Appointment:
    """Fit a new appointment into the duties of one kind at one place, so that there is neither a gap nor an overlap.

    It ends the duty in force at `valid_from`, and lasts until one that was planned for later. Whoever is in force then and is
    appointed again stays as they are. What has become history is not rewritten: an appointment may reach back, but not to or
    before the beginning of the latest duty that has begun. Without `gaps` nobody may be missing between the one before and this
    one, unless that was stated.

    Raises:
        Conflict (territory.duty_taken): it would begin with or before a duty that has already begun, or with a planned one.
        Conflict (territory.duty_gap): the one before ends earlier, and nobody said why.
    """
    present = next((duty for duty in duties if duty.holds_at(valid_from)), None)
    if present is not None and present.user_id == user_id:
        return Appointment(None, present.valid_to, unchanged=present)
    for duty in duties:
        if duty.valid_from == valid_from or valid_from < duty.valid_from <= now:
            raise errors.DUTY_TAKEN(f"somebody was appointed from {duty.valid_from.isoformat()}", path="/valid_from")
    before = max(
        (duty for duty in duties if duty.valid_from < valid_from), key=lambda duty: duty.valid_from, default=None
    )
    ended = None if gaps or before is None or before.end_reason is not None else before.valid_to
    if ended is not None and ended < valid_from:
        raise errors.DUTY_GAP(f"the one before ended at {ended.isoformat()}", path="/valid_from")
    later = min((duty.valid_from for duty in duties if duty.valid_from > valid_from), default=None)
    return Appointment(present, later)


def own_deputy(others: Sequence[Duty], user_id: UUID, begins: datetime, ends: datetime | None) -> bool:
    """Tell whether somebody would be their own deputy: `others` are the duties of the other of these two kinds there."""
    return any(duty.user_id == user_id and duty.meets(begins, ends) for duty in others)


def revocation(duties: Sequence[Duty], planned: Duty) -> Duty | None:
    """Return how the duty before a planned one goes on once that is revoked, or None if it stays as it is.

    It lasts until the next one, as if nothing had been planned; one that ends in a stated vacancy keeps its end.
    """
    for duty in duties:
        if duty.valid_to == planned.valid_from and duty.end_reason is None:
            return replace(duty, valid_to=planned.valid_to, end_reason=planned.end_reason)
    return None


def vacancy(duties: Sequence[Duty], begins: datetime) -> Duty:
    """Return the duty that ends when a vacancy begins.

    Raises Conflict (territory.vacant): nobody is in force then, or only begins.
    """
    present = next((duty for duty in duties if duty.holds_at(begins) and duty.valid_from < begins), None)
    if present is None:
        raise errors.VACANT(path="/valid_from")
    return present
