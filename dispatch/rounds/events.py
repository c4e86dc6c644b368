"""What happens to rounds, for the slices above to act on within the same transaction."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RoundsGenerated:
    """Orders of rounds were made that whoever answers for their zones is to have."""

    order_ids: tuple[UUID, ...]
