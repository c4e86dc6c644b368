"""Tables of service requests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.requests.channels import Channel
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem
from kernel.database import Base, word, words


class ServiceRequest(Base):
    """A service request (报修单) as it came in. `source` and `external_ref` name it in the system it came from.

    `expected_at` is the time by which the customer was told to expect a solution.
    """

    __tablename__ = "service_requests"
    __table_args__ = (
        UniqueConstraint("region_id", "source", "external_ref"),
        words("channel", Channel),
        words("priority", Priority),
        words("coordinate_system", CoordinateSystem),
        Index("ix_service_requests_region_id", "region_id", "received_at", "id"),
        Index("ix_service_requests_station_id", "station_id", "received_at", "id"),
        Index("ix_service_requests_group_id", "group_id", "received_at", "id"),
        Index("ix_service_requests_zone_id", "zone_id", "received_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    source: Mapped[str] = mapped_column(String(32))
    external_ref: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(word(Channel))
    category: Mapped[str | None] = mapped_column(String(120))
    work_type: Mapped[str] = mapped_column(String(48))
    priority: Mapped[str] = mapped_column(word(Priority))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(String(4000))
    contact_name: Mapped[str | None] = mapped_column(String(120))
    contact_phone: Mapped[str | None] = mapped_column(String(32))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    address: Mapped[str | None] = mapped_column(String(300))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    # What the position was declared to be given in, before it was brought to WGS 84.
    coordinate_system: Mapped[str] = mapped_column(word(CoordinateSystem), default="wgs84", server_default="wgs84")
    first_owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    work_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_orders.id"))
    received_at: Mapped[datetime]
    expected_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
