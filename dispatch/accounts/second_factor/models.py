"""Tables of second factors."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import SECRET, SILENT, Base
from kernel.sealed_columns import sealed


class SecondFactor(Base):
    """The authenticator app of a person; until `confirmed_at` it proves nothing.

    `id` is the person's. `secret` is sealed, and bound to it.
    `last_step` is the step whose code was taken last: neither it nor any before is taken again.
    """

    __tablename__ = "second_factors"

    id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(250), info={**sealed(), **SECRET})
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Base):
    """A code that somebody may still use instead of their app: its digest, never the code. A used one is gone."""

    __tablename__ = "recovery_codes"
    __table_args__ = ({"info": SILENT},)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True, info=SECRET)
    created_at: Mapped[datetime]
