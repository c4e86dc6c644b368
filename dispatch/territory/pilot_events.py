"""What the territory tells the slices above about trials."""

from dataclasses import dataclass
from uuid import UUID

from dispatch.territory.pilots import PilotKind


@dataclass(frozen=True, slots=True)
class PilotStarting:
    """Something of a region is about to be tried: the slice that has it refuses what it does not know."""

    region_id: UUID
    kind: PilotKind
    subject: str


@dataclass(frozen=True, slots=True)
class PilotChanged:
    """A trial was started, widened, rolled out or given up."""

    pilot_id: UUID
    region_id: UUID
    kind: PilotKind
    subject: str
