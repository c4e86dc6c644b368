"""Tables of sessions and of their tokens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.accounts.sessions.kinds import Method, TokenKind
from kernel.database import PERSONAL, SECRET, SILENT, Base, word, words


class LoginSession(Base):
    """Somebody signed in on some device.

    `second_factor`: a code was given besides the password, when it was opened or since.
    `spent` is the digest of the refresh token that was used last; `salt` is there only until one of the tokens that it led to
    was used; see `rotation`.
    """

    __tablename__ = "login_sessions"
    __table_args__ = (
        words("method", Method),
        Index("ix_login_sessions_user_id", "user_id"),
        Index("ix_login_sessions_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    method: Mapped[str] = mapped_column(word(Method))
    second_factor: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    address: Mapped[str | None] = mapped_column(String(64), info=PERSONAL)
    agent: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    rotated_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent: Mapped[bytes | None] = mapped_column(info=SECRET)
    salt: Mapped[bytes | None] = mapped_column(info=SECRET)


class SessionToken(Base):
    """A token of a session: its SHA-256, never the token. Spent ones stay as long as the session, so that reuse is noticed."""

    __tablename__ = "session_tokens"
    __table_args__ = (
        words("kind", TokenKind),
        Index("ix_session_tokens_session_id", "session_id"),
        {"info": SILENT},
    )

    digest: Mapped[bytes] = mapped_column(primary_key=True, info=SECRET)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("login_sessions.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(word(TokenKind))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class LoginChallenge(Base):
    """A sign-in whose password was right and that waits for a code: the digest of what it is taken up with, and the tries."""

    __tablename__ = "login_challenges"
    __table_args__ = (
        Index("ix_login_challenges_user_id", "user_id"),
        Index("ix_login_challenges_expires_at", "expires_at"),
        {"info": SILENT},
    )

    digest: Mapped[bytes] = mapped_column(primary_key=True, info=SECRET)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    tries: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
