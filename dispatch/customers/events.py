"""What happens to customers and sites, for the slices above to act on within the same transaction."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CustomerChanged:
    """How a customer is called or reached has changed."""

    customer_id: UUID
    region_id: UUID


@dataclass(frozen=True, slots=True)
class SiteChanged:
    """Where a site is has changed."""

    site_id: UUID
    region_id: UUID
