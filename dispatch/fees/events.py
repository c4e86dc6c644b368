"""What happens to fees, for others to act on within the same transaction."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FeesChanged:
    """Lines were added to orders, or taken back, at a desk; what phones recorded is told to their checklists with the ops."""

    order_ids: tuple[UUID, ...]
