"""What can be asked about sign-offs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from checklists.signoff.chain import Broken, Fault, Link, inspect
from checklists.signoff.models import SignedContent, SignOff
from checklists.signoff.seen import FIRST, FIRST_TERMS, Terms
from checklists.signoff.snapshot import Method, Signature, Stamp
from dispatch.work_orders import errors as work_order_errors
from dispatch.work_orders import queries as work_orders
from kernel.by_ids import ByIds
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class SignOffRow:
    """A sign-off as it is shown. `matches` tells whether the checklist held what was signed, as of its time."""

    id: UUID
    run_id: UUID
    work_order_id: UUID
    revision: int
    signed_digest: bytes
    server_digest: bytes
    snapshot: dict[str, Any]
    signer_name: str | None
    refused_reason: str | None
    witness: str | None
    signature_media: str | None
    user_id: UUID
    device_id: UUID | None
    effective_at: datetime
    recorded_at: datetime
    snapshot_version: int
    completed_at: str | None
    previous: bytes | None
    link: bytes | None
    method: str

    @property
    def matches(self) -> bool:
        """Whether what was signed is what the server computed for that time."""
        return self.signed_digest == self.server_digest


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A sign-off at which the chain of a phone does not hold."""

    sign_off_id: UUID
    work_order_id: UUID
    device_id: UUID | None
    fault: Fault
    at: datetime
    recorded_at: datetime


LOOKED_BACK = timedelta(days=90)
"""How far back chains are looked at."""


def sign_offs(reading: Reading, order_id: UUID, *, limit: int = 100) -> tuple[SignOffRow, ...]:
    """Return the sign-offs of an order, the earliest first. Raises NotFound (work_order.unknown)."""
    if not work_orders.visible_order_ids(reading, [order_id]):
        raise work_order_errors.UNKNOWN()
    columns = (getattr(SignOff, name) for name in SignOffRow.__dataclass_fields__)
    rows = reading.session.execute(
        select(*columns)
        .where(SignOff.work_order_id == order_id)
        .order_by(SignOff.effective_at, SignOff.id)
        .limit(limit)
    )
    return tuple(SignOffRow(*row) for row in rows)


def is_signed(session: Session, order_id: UUID, digest: bytes) -> bool:
    """Tell whether a customer signed this content of an order. Whether the order is in scope, it does not ask."""
    statement = select(SignOff.id).where(
        SignOff.work_order_id == order_id, SignOff.signed_digest == digest, SignOff.signer_name.is_not(None)
    )
    return session.scalar(statement.limit(1)) is not None


def signatures_of(session: Session, run_ids: Collection[UUID]) -> dict[UUID, list[tuple[Signature, Stamp]]]:
    """Return all signatures of these runs, by run. Only for runs whose orders are in scope: it does not ask."""
    found: dict[UUID, list[tuple[Signature, Stamp]]] = {}
    for row in _SIGNATURES.rows(session, run_ids):
        run_id, revision, server_digest, *given = row[: 4 + len(_SIGNED)]
        version, completed_at, photos, previous, link, method = row[4 + len(_SIGNED) :]
        terms = FIRST_TERMS if version == FIRST else Terms(version, completed_at, photos or {})
        signature = Signature(*(*given, terms, previous, link is not None, Method(method)))
        found.setdefault(run_id, []).append((signature, Stamp(revision, server_digest)))
    return found


_SIGNED = (
    "signed_digest",
    "effective_at",
    "user_id",
    "signer_name",
    "refused_reason",
    "witness",
    "signature_media",
    "device_id",
)
_BESIDE = ("snapshot_version", "completed_at", "photos", "previous", "link", "method")
_SIGNATURES = ByIds(
    select(*(getattr(SignOff, name) for name in ("run_id", "revision", "server_digest", "id", *_SIGNED, *_BESIDE))),
    SignOff.run_id,
)


def signed_with_photos(session: Session, order_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these orders where somebody signed the hashes of photos. One statement."""
    statement = select(SignOff.work_order_id).where(SignOff.work_order_id.in_(order_ids), SignOff.photos.is_not(None))
    return set(session.scalars(statement.distinct()))


def signed_content(reading: Reading, order_id: UUID, digest: bytes) -> dict[str, Any] | None:
    """Return the snapshot of an order by its digest; None when the server never held one. It does not ask for scope."""
    return reading.session.scalar(
        select(SignedContent.content).where(SignedContent.work_order_id == order_id, SignedContent.digest == digest)
    )


def broken_chains(
    session: Session, *, recorded_after: datetime, recorded_before: datetime, limit: int, among: Any = None
) -> list[Broken]:
    """Return where the chains of phones do not hold, the latest first: at sign-offs that were recorded in this time.

    `among` is a condition on the orders of sign-offs, for whoever sees only some. Two statements: the phones in question, and
    their chains.
    """
    earlier, other = aliased(SignOff), aliased(SignOff)
    same = (earlier.device_id == SignOff.device_id, earlier.link == SignOff.previous)
    twice = (other.device_id == SignOff.device_id, other.id != SignOff.id)
    follows = (SignOff.previous.is_not(None), other.previous == SignOff.previous)
    begins = (SignOff.previous.is_(None), other.previous.is_(None), other.link.is_not(None))
    wrong = or_(
        and_(SignOff.previous.is_not(None), ~exists().where(*same)),
        exists().where(*twice, or_(and_(*follows), and_(*begins))),
    )
    phones = (
        select(SignOff.device_id)
        .where(
            SignOff.link.is_not(None),
            SignOff.recorded_at >= recorded_after,
            SignOff.recorded_at <= recorded_before,
            wrong,
        )
        .group_by(SignOff.device_id)
        .order_by(func.max(SignOff.recorded_at).desc())
        .limit(limit)
    )
    if among is not None:
        phones = phones.where(SignOff.work_order_id.in_(among))
    devices = [key for key in session.scalars(phones) if key is not None]
    columns = (SignOff.id, SignOff.work_order_id, SignOff.device_id, SignOff.link, SignOff.previous)
    chains: dict[UUID, list[Link]] = {}
    for row in session.execute(
        select(*columns, SignOff.effective_at, SignOff.recorded_at).where(
            SignOff.device_id.in_(devices), SignOff.link.is_not(None)
        )
    ):
        chains.setdefault(row.device_id, []).append(Link(*tuple[Any, ...](row)))
    broken = (one for chain in chains.values() for one in inspect(chain))
    found = [one for one in broken if recorded_after <= one.at.recorded_at <= recorded_before]
    return sorted(found, key=lambda one: (one.at.recorded_at, one.at.sign_off_id), reverse=True)


def broken_in_scope(reading: Reading, *, limit: int = 200) -> list[BrokenRow]:
    """Return where the chains of phones do not hold, over the orders in the caller's scope, the latest first."""
    among = work_orders.orders_in_scope(reading)
    found = broken_chains(
        reading.session, recorded_after=reading.now - LOOKED_BACK, recorded_before=reading.now, limit=limit, among=among
    )
    seen = work_orders.visible_order_ids(reading, [one.at.work_order_id for one in found])
    return [
        BrokenRow(
            one.at.sign_off_id,
            one.at.work_order_id,
            one.at.device_id,
            one.fault,
            one.at.at,
            one.at.recorded_at,
        )
        for one in found
        if one.at.work_order_id in seen
    ]
