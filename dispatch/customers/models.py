"""Tables of customers and sites."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.geocoding.matches import MatchQuality
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.texts import end_of_number, number_of
from kernel.database import PERSONAL, Base, word, words
from kernel.sealed_columns import DERIVED, BlindIndex, sealed, sealed_text

PHONE = (BlindIndex("phone_index", "phone", number_of), BlindIndex("phone_end_index", "phone end", end_of_number))
EMAIL = (BlindIndex("email_index", "email", str.lower),)


class Customer(Base):
    """Somebody who is served. The places say who may see them."""

    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_region_id", "region_id", "id"),
        Index("ix_customers_station_id", "station_id", "id"),
        Index("ix_customers_group_id", "group_id", "id"),
        Index("ix_customers_zone_id", "zone_id", "id"),
        # The first one for those from before texts were sealed.
        Index("ix_customers_email", "region_id", "email"),
        Index("ix_customers_email_index", "region_id", "email_index"),
        Index("ix_customers_phone_index", "phone_index"),
        Index("ix_customers_phone_end_index", "phone_end_index"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    name: Mapped[str] = mapped_column(String(120), info=PERSONAL)
    phone: Mapped[str | None] = mapped_column(sealed_text(32), info=sealed(*PHONE))
    phone_index: Mapped[str | None] = mapped_column(String(20), info=DERIVED)
    phone_end_index: Mapped[str | None] = mapped_column(String(20), info=DERIVED)
    email: Mapped[str | None] = mapped_column(sealed_text(254), info=sealed(*EMAIL))
    email_index: Mapped[str | None] = mapped_column(String(20), info=DERIVED)
    vip: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    # When their data were erased.
    erased_at: Mapped[datetime | None]


class Site(Base):
    """A place where a customer is served. `lat` and `lon` are WGS 84 degrees."""

    __tablename__ = "sites"
    __table_args__ = (
        words("coordinate_system", CoordinateSystem),
        words("match_quality", MatchQuality),
        Index("ix_sites_customer_id", "customer_id"),
        Index("ix_sites_region_id", "region_id", "id"),
        Index("ix_sites_zone_id", "zone_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    address: Mapped[str] = mapped_column(String(300), info=PERSONAL)
    lat: Mapped[float | None] = mapped_column(info=PERSONAL)
    lon: Mapped[float | None] = mapped_column(info=PERSONAL)
    # What the position was declared to be given in, before it was brought to WGS 84.
    coordinate_system: Mapped[str] = mapped_column(word(CoordinateSystem), default="wgs84", server_default="wgs84")
    # How good the match of its address is, if it was looked up; a position of it is there only if that is on the roof.
    match_quality: Mapped[str | None] = mapped_column(word(MatchQuality))
    match_provider: Mapped[str | None] = mapped_column(String(32))
    matched_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
