"""What happens to technicians, for the rooms above to act on within the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.people.availability import AbsenceKind


@dataclass(frozen=True, slots=True)
class AbsenceApproved:
    """Somebody will be away; their open orders and appointments of that time need somebody else. Aware UTC, end exclusive."""

    absence_id: UUID
    technician_id: UUID
    region_id: UUID
    kind: AbsenceKind
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class AbsenceCancelled:
    """Somebody who was to be away will be there after all."""

    absence_id: UUID
    technician_id: UUID
    region_id: UUID
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class SkillBarred:
    """Somebody must not use a skill until the bar is lifted; `kind` is a `SkillBar`."""

    technician_id: UUID
    region_id: UUID
    skill: str
    kind: str
