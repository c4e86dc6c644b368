"""Keys that callers give to what they ask for, with the answer they got, so that asking again does nothing again."""

import enum
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, Index, and_, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kernel.bulk import insert_rows
from kernel.database import SECRET, SILENT, Base

KEPT = timedelta(hours=24)
"""How long a key is kept, and the answer with it."""
LEASE = timedelta(minutes=2)
"""How long one may be at it: longer than the web server lets a request live. Who died meanwhile holds a key no longer."""
_NONCE = bytes(12)


class IdempotencyKey(Base):
    """A key of a person. Without `answer` a request is at it, that of `claim_id`."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_claimed_at", "claimed_at"), {"info": SILENT})

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_digest: Mapped[bytes] = mapped_column(primary_key=True, info=SECRET)
    request_digest: Mapped[bytes]
    claim_id: Mapped[UUID]
    claimed_at: Mapped[datetime]
    answer: Mapped[bytes | None] = mapped_column(info=SECRET)


K = IdempotencyKey


@dataclass(frozen=True, slots=True)
class Claim:
    """A key in the hands of a request."""

    user_id: UUID
    key: str
    claim_id: UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Refusal(enum.Enum):
    """Why a key cannot be had."""

    RUNNING = "running"
    OTHER_REQUEST = "other_request"


def claim(session: Session, mine: Claim, *, request_digest: bytes, now: datetime) -> Answer | Refusal | None:
    """Take a key for a request, and return None; or what was answered before, or why it cannot be had.

    Commit before going on, so that a twin sees it: of all who come at once exactly one gets it.
    """
    row: dict[str, Any] = {
        "user_id": mine.user_id,
        "key_digest": _digest(mine),
        "request_digest": request_digest,
        "claim_id": mine.claim_id,
        "claimed_at": now,
        "answer": None,
    }
    if insert_rows(session, K, [row], on_conflict="(user_id, key_digest) DO NOTHING", returning=["claim_id"]):
        return None
    found = session.execute(select(*K.__table__.c).where(_is(mine)).with_for_update()).one_or_none()
    if found is None:
        return Refusal.RUNNING  # let go at this very moment
    if now - found.claimed_at >= (LEASE if found.answer is None else KEPT):
        session.execute(update(K).where(_is(mine)).values(row).execution_options(synchronize_session=False))
        return None
    if not hmac.compare_digest(found.request_digest, request_digest):
        return Refusal.OTHER_REQUEST
    if found.answer is None:
        return Refusal.RUNNING
    head, _, body = _cipher(mine.key, found.claim_id).decrypt(_NONCE, found.answer, None).partition(b"\n")
    status, headers = orjson.loads(head)
    return Answer(status, headers, body)


def keep(session: Session, mine: Claim, answer: Answer) -> bool:
    """Keep an answer, best in the transaction that it tells of. False: another request took the key meanwhile, so roll back.

    It may hold secrets: it is encrypted with the key, of which only a digest is kept.
    """
    head = orjson.dumps([answer.status, dict(answer.headers)])
    sealed = _cipher(mine.key, mine.claim_id).encrypt(_NONCE, head + b"\n" + answer.body, None)
    kept = session.execute(
        update(K)
        .where(_is(mine), K.claim_id == mine.claim_id, K.answer.is_(None))
        .values(answer=sealed)
        .returning(K.claim_id)
        .execution_options(synchronize_session=False)
    )
    return kept.one_or_none() is not None


def release(session: Session, mine: Claim) -> None:
    """Let go of a key whose request came to nothing, so that it may be sent again."""
    ours = and_(_is(mine), K.claim_id == mine.claim_id, K.answer.is_(None))
    session.execute(delete(K).where(ours).execution_options(synchronize_session=False))


def forget(session: Session, *, before: datetime, limit: int) -> int:
    """Delete so many keys, or a few more, that were taken before a moment (aware), and return how many there were."""
    last = select(K.claimed_at).where(K.claimed_at < before).order_by(K.claimed_at).offset(limit - 1).limit(1)
    until = session.scalar(last)
    old = K.claimed_at < before if until is None else K.claimed_at <= until
    gone = session.execute(delete(K).where(old).returning(K.claim_id).execution_options(synchronize_session=False))
    return len(gone.all())


def _is(mine: Claim) -> ColumnElement[bool]:
    return and_(K.user_id == mine.user_id, K.key_digest == _digest(mine))


def _digest(mine: Claim) -> bytes:
    return hashlib.sha256(b"idempotency:" + mine.key.encode()).digest()


def _cipher(key: str, claim_id: UUID) -> AESGCM:
    # A key of its own for each claim, which encrypts once: so the nonce may be the same.
    return AESGCM(hmac.digest(key.encode(), claim_id.bytes, hashlib.sha256))
