"""What happens to assets, for the slices above to act on within the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.assets.life import AssetState


@dataclass(frozen=True, slots=True)
class AssetMove:
    """One asset that went from one state to another. `site_id` is where it stands now, or stood until now."""

    asset_id: UUID
    serial: str
    kind: str
    model: str | None
    source: AssetState | None
    target: AssetState
    site_id: UUID | None


@dataclass(frozen=True, slots=True)
class AssetCorrected:
    """What is known of an asset has changed. `site_id` is where it stands, if it is installed."""

    asset_id: UUID
    site_id: UUID | None


@dataclass(frozen=True, slots=True)
class AssetsMoved:
    """Assets changed their places together, perhaps for a work order, at a moment (aware)."""

    region_id: UUID
    moves: tuple[AssetMove, ...]
    at: datetime
    work_order_id: UUID | None = None
    reason: str | None = None
