"""Tables of service requests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.geocoding.matches import MatchQuality
from dispatch.requests.channels import Channel
from dispatch.requests.progress import RequestState
from dispatch.requests.zone_words import ZoneBy, ZoneNeed
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.texts import number_of
from kernel.database import PERSONAL, Base, Document, word, words
from kernel.sealed_columns import DERIVED, BlindIndex, sealed, sealed_text

PHONE = BlindIndex("contact_phone_index", "phone", number_of)
EMAIL = BlindIndex("contact_email_index", "email", str.lower)


class ServiceRequest(Base):
    """A service request (报修单) as it came in. `source` and `external_ref` name it in the system it came from.

    `first_owner_id` took it first, `owner_id` is responsible now. `explained_by` names the planned outage that it waits for.

    `expected_at` is the time by which the customer was told to expect a solution.
    """

    __tablename__ = "service_requests"
    __table_args__ = (
        UniqueConstraint("region_id", "source", "external_ref"),
        words("channel", Channel),
        words("priority", Priority),
        words("coordinate_system", CoordinateSystem),
        words("state", RequestState),
        Index("ix_service_requests_region_id", "region_id", "received_at", "id"),
        Index("ix_service_requests_station_id", "station_id", "received_at", "id"),
        Index("ix_service_requests_group_id", "group_id", "received_at", "id"),
        Index("ix_service_requests_zone_id", "zone_id", "received_at", "id"),
        words("zone_by", ZoneBy),
        words("needs_zone", ZoneNeed),
        words("match_quality", MatchQuality),
        Index(
            "ix_service_requests_needs_zone",
            "region_id",
            "received_at",
            "id",
            postgresql_where=text("needs_zone IS NOT NULL"),
            sqlite_where=text("needs_zone IS NOT NULL"),
        ),
        Index("ix_service_requests_owner_id", "owner_id", "received_at", "id"),
        Index("ix_service_requests_work_order_id", "work_order_id"),
        Index("ix_service_requests_explained_by", "explained_by"),
        Index("ix_service_requests_customer_id", "customer_id"),
        Index("ix_service_requests_site_id", "site_id"),
        Index("ix_service_requests_contact_phone_index", "contact_phone_index", "received_at"),
        Index("ix_service_requests_contact_email_index", "contact_email_index", "received_at"),
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
    # Empty: nobody has said yet what it is.
    work_type: Mapped[str] = mapped_column(String(48))
    proposed_work_type: Mapped[str | None] = mapped_column(String(48))
    priority: Mapped[str] = mapped_column(word(Priority))
    title: Mapped[str] = mapped_column(String(200), info=PERSONAL)
    description: Mapped[str | None] = mapped_column(String(4000), info=PERSONAL)
    contact_name: Mapped[str | None] = mapped_column(String(120), info=PERSONAL)
    contact_phone: Mapped[str | None] = mapped_column(sealed_text(32), info=sealed(PHONE))
    contact_phone_index: Mapped[str | None] = mapped_column(String(20), info=DERIVED)
    contact_email: Mapped[str | None] = mapped_column(sealed_text(254), info=sealed(EMAIL))
    contact_email_index: Mapped[str | None] = mapped_column(String(20), info=DERIVED)
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    # One of assets; the services check it, and none is ever deleted. Likewise the people and requests below.
    asset_id: Mapped[UUID | None]
    address: Mapped[str | None] = mapped_column(String(300), info=PERSONAL)
    lat: Mapped[float | None] = mapped_column(info=PERSONAL)
    lon: Mapped[float | None] = mapped_column(info=PERSONAL)
    # What the position was declared to be given in, before it was brought to WGS 84.
    coordinate_system: Mapped[str] = mapped_column(word(CoordinateSystem), default="wgs84", server_default="wgs84")
    # How good the match of its address is, if it was looked up.
    match_quality: Mapped[str | None] = mapped_column(word(MatchQuality))
    match_provider: Mapped[str | None] = mapped_column(String(32))
    matched_at: Mapped[datetime | None]
    # Who or what said in which zone it lies, the decision that was followed or made, and why it waits for one.
    zone_by: Mapped[str | None] = mapped_column(word(ZoneBy))
    zone_decision_id: Mapped[UUID | None]
    needs_zone: Mapped[str | None] = mapped_column(word(ZoneNeed))
    first_owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    owner_id: Mapped[UUID | None]
    work_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_orders.id"))
    duplicate_of_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(word(RequestState), server_default="in_hand")
    answer: Mapped[str | None] = mapped_column(String(4000), info=PERSONAL)
    explained_by: Mapped[UUID | None]
    explained_until: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    expected_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RequestEvent(Base):
    """Something that happened to a request: written once, never changed."""

    __tablename__ = "request_events"
    __table_args__ = (Index("ix_request_events_request_id", "request_id", "at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    request_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[UUID]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(Document, info=PERSONAL)


class WebForm(Base):
    """A web form of a region, by whose key customers report without a login. Only the digest of the key is kept."""

    __tablename__ = "web_forms"
    __table_args__ = (UniqueConstraint("digest"), Index("ix_web_forms_region_id", "region_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    label: Mapped[str] = mapped_column(String(120))
    digest: Mapped[bytes]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
