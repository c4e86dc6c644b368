"""Tables of assets, and of where each was when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.assets.life import AssetKind, AssetState
from dispatch.assets.warranty import WarrantyBy
from kernel.database import Base, word, words


class Asset(Base):
    """A piece of equipment. Its places are those of the site where it stands, or of whoever has it in stock.

    `warranty_until` is the last day of the warranty.
    """

    __tablename__ = "assets"
    __table_args__ = (
        UniqueConstraint("region_id", "vendor", "serial"),
        words("kind", AssetKind),
        words("state", AssetState),
        words("warranty_by", WarrantyBy),
        Index("ix_assets_region_id", "region_id", "id"),
        Index("ix_assets_station_id", "station_id", "id"),
        Index("ix_assets_group_id", "group_id", "id"),
        Index("ix_assets_zone_id", "zone_id", "id"),
        Index("ix_assets_site_id", "site_id"),
        Index("ix_assets_customer_id", "customer_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    kind: Mapped[str] = mapped_column(word(AssetKind))
    vendor: Mapped[str] = mapped_column(String(80))
    serial: Mapped[str] = mapped_column(String(80))
    model: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(word(AssetState))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    bought_on: Mapped[date | None]
    installed_on: Mapped[date | None]
    warranty_until: Mapped[date | None]
    warranty_by: Mapped[str] = mapped_column(word(WarrantyBy))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AssetStay(Base):
    """Where an asset was, in which state, from when until when, and by which order it came there. The open one has no end."""

    __tablename__ = "asset_stays"
    __table_args__ = (
        words("state", AssetState),
        Index("ix_asset_stays_asset_id", "asset_id", "started_at"),
        Index("ix_asset_stays_site_id", "site_id", "started_at"),
        Index("ix_asset_stays_customer_id", "customer_id"),
        Index(
            "uq_asset_stays_open",
            "asset_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("assets.id"))
    state: Mapped[str] = mapped_column(word(AssetState))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    # One of work_orders, which refer to assets themselves; whoever writes it has checked it.
    work_order_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(String(200))
    user_id: Mapped[UUID]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
