"""Tables of signing in at providers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import PERSONAL, SECRET, SILENT, Base


class ProviderIdentity(Base):
    """Who somebody is at a provider: whoever it vouches for by this issuer and subject is this person."""

    __tablename__ = "provider_identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        Index("ix_provider_identities_user_id", "user_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    provider: Mapped[str] = mapped_column(String(32))
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255), info=PERSONAL)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class ProviderSignIn(Base):
    """A sign-in that was begun and not answered: the digest of its state, never the state. Taken once, and gone."""

    __tablename__ = "provider_sign_ins"
    __table_args__ = (Index("ix_provider_sign_ins_expires_at", "expires_at"), {"info": SILENT})

    digest: Mapped[bytes] = mapped_column(primary_key=True, info=SECRET)
    provider: Mapped[str] = mapped_column(String(32))
    salt: Mapped[bytes] = mapped_column(info=SECRET)
    challenge: Mapped[str] = mapped_column(String(43))
    return_to: Mapped[str] = mapped_column(String(500))
    expires_at: Mapped[datetime]


class ProviderCode(Base):
    """A code that whoever began a sign-in exchanges for a session: its digest. Taken once, and gone."""

    __tablename__ = "provider_codes"
    __table_args__ = (Index("ix_provider_codes_expires_at", "expires_at"), {"info": SILENT})

    digest: Mapped[bytes] = mapped_column(primary_key=True, info=SECRET)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    provider: Mapped[str] = mapped_column(String(32))
    challenge: Mapped[str] = mapped_column(String(43))
    expires_at: Mapped[datetime]
