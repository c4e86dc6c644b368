"""Tables of offers of orders, and of those who are offered them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.assignment.offer_states import OfferKind, OfferState
from kernel.database import Base, word, words

_OPEN = text("state = 'open'")


class AssignmentOffer(Base):
    """An order that several people are offered at once, or one by another; whoever takes it first has it.

    The places are the order's. The id is the one that whoever made it minted.
    """

    __tablename__ = "assignment_offers"
    __table_args__ = (
        words("kind", OfferKind),
        words("state", OfferState),
        Index("ix_assignment_offers_region_id", "region_id", "made_at", "id"),
        Index("ix_assignment_offers_station_id", "station_id", "made_at", "id"),
        Index("ix_assignment_offers_group_id", "group_id", "made_at", "id"),
        Index("ix_assignment_offers_zone_id", "zone_id", "made_at", "id"),
        Index("ix_assignment_offers_made_by", "made_by", "made_at", "id"),
        # An order is offered once at a time.
        Index(
            "ix_assignment_offers_work_order_id",
            "work_order_id",
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index("ix_assignment_offers_due", "expires_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("zones.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    kind: Mapped[str] = mapped_column(word(OfferKind))
    state: Mapped[str] = mapped_column(word(OfferState))
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(String(500))
    taken_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    end_note: Mapped[str | None] = mapped_column(String(500))


class AssignmentOfferee(Base):
    """Somebody who is offered an order; `declined_at` tells that they do not want it."""

    __tablename__ = "assignment_offerees"
    __table_args__ = (Index("ix_assignment_offerees_user_id", "user_id", "offer_id"),)

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("assignment_offers.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    declined_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(500))
