"""Which customers and sites assets hold: these cannot go."""

from collections.abc import Collection
from uuid import UUID

from dispatch.assets.models import Asset, AssetStay
from dispatch.customers.removing import named_in
from kernel.unit_of_work import Reading


def held(reading: Reading, customer_ids: Collection[UUID], site_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these customers and sites that assets name."""
    return named_in(reading, Asset, customer_ids, site_ids) | named_in(reading, AssetStay, customer_ids, site_ids)
