"""The table of signing links."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checklists.links.states import LinkState
from kernel.database import Base, Document, word, words


class SigningLink(Base):
    """A link by which a customer signs one content of an order, once, on their own phone.

    Neither its token nor its code is kept, only what tells whether they are right: `token_hash` is the SHA-256 of the token,
    `code_hash` that of token and code together, so that who reads the table cannot try all codes. `content` is what is shown.
    """

    __tablename__ = "signing_links"
    __table_args__ = (
        words("state", LinkState),
        Index("ix_signing_links_token_hash", "token_hash", unique=True),
        Index("ix_signing_links_work_order_id", "work_order_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    work_order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id"))
    token_hash: Mapped[bytes]
    code_hash: Mapped[bytes]
    digest: Mapped[bytes]
    content: Mapped[dict[str, Any]] = mapped_column(Document)
    completed_at: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(word(LinkState))
    attempts: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    sign_off_id: Mapped[UUID | None]
