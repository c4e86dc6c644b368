"""Tables of keys and of their secrets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import PERSONAL, SECRET, Base


class ApiKey(Base):
    """A key of an account: `scopes` are words of `scopes.SCOPES`, `addresses` networks from which it may be used (none: all)."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("ix_api_keys_user_id", "user_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[Any]]
    addresses: Mapped[list[Any]]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]


class ApiKeySecret(Base):
    """One way to write a key: found by its handle, believed by the SHA-256 of all of it.

    `ends_at` is there once another one was made in its place.
    """

    __tablename__ = "api_key_secrets"
    __table_args__ = (Index("ix_api_key_secrets_key_id", "key_id"),)

    handle: Mapped[str] = mapped_column(String(12), primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("api_keys.id", ondelete="CASCADE"))
    digest: Mapped[bytes] = mapped_column(info=SECRET)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    used_from: Mapped[str | None] = mapped_column(String(64), info=PERSONAL)
