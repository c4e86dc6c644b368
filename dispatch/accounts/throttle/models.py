"""Tables of attempts to sign in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import SILENT, Base


class LoginTally(Base):
    """Failures of a pair, an account or a network, named by a digest: what people type as a login may be their password."""

    __tablename__ = "login_tallies"
    __table_args__ = (Index("ix_login_tallies_last_at", "last_at"), {"info": SILENT})

    subject: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class KnownNetwork(Base):
    """A network that somebody signed in from."""

    __tablename__ = "known_networks"
    __table_args__ = (Index("ix_known_networks_last_at", "last_at"), {"info": SILENT})

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    network: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_at: Mapped[datetime]
