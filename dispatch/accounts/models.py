"""Tables of accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.accounts.kinds import AccountKind
from kernel.actor import Level, Role
from kernel.database import SECRET, Base, word, words
from kernel.sealed_columns import sealed, sealed_text


class User(Base):
    """A person who may sign in, or a program. `password_hash` is argon2id, or None for one who never signs in."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("login"), words("kind", AccountKind))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("regions.id"))
    login: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(sealed_text(32), info=sealed())
    locale: Mapped[str] = mapped_column(String(16), default="zh-CN")
    password_hash: Mapped[str | None] = mapped_column(String(200), info=SECRET)
    active: Mapped[bool] = mapped_column(default=True)
    kind: Mapped[str] = mapped_column(word(AccountKind), default=AccountKind.PERSON.value, server_default="person")
    created_at: Mapped[datetime]


class RoleGrant(Base):
    """A role that a person holds at a place, from a moment on and perhaps until another.

    The places above are copied from the territory: who may see those may see who works there. `provider` names the identity
    provider whose groups it follows from; None: somebody gave it.
    """

    __tablename__ = "role_grants"
    __table_args__ = (
        words("role", Role),
        words("level", Level),
        Index("ix_role_grants_user_id", "user_id"),
        Index("ix_role_grants_place_id", "place_id"),
        Index("ix_role_grants_valid_from", "valid_from"),
        Index("ix_role_grants_valid_to", "valid_to"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(word(Role))
    level: Mapped[str] = mapped_column(word(Level))
    place_id: Mapped[UUID | None]
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("maintenance_groups.id"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    provider: Mapped[str | None] = mapped_column(String(32))
