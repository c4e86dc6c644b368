"""What happens to checklist runs, for others to act on within the same transaction."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SignedRun:
    """A run that somebody signed: the digest of what it holds, by the server's own computation, and its revision."""

    work_order_id: UUID
    region_id: UUID
    digest: bytes
    revision: int


@dataclass(frozen=True, slots=True)
class RunsSigned:
    """Customers signed, or refused to."""

    runs: tuple[SignedRun, ...]


@dataclass(frozen=True, slots=True)
class RunsFailing:
    """Runs that were answered, and hold items that failed and lead to an order."""

    work_order_ids: tuple[UUID, ...]
