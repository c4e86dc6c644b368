"""What can be asked about sign-offs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.signoff.models import SignOff
from checklists.signoff.snapshot import Signature, Stamp
from dispatch.work_orders import errors as work_order_errors
from dispatch.work_orders import queries as work_orders
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

    @property
    def matches(self) -> bool:
        """Whether what was signed is what the server computed for that time."""
        return self.signed_digest == self.server_digest


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
    if not run_ids:
        return {}
    names = (
        "signed_digest",
        "effective_at",
        "user_id",
        "signer_name",
        "refused_reason",
        "witness",
        "signature_media",
        "device_id",
    )
    columns = (getattr(SignOff, name) for name in ("run_id", "revision", "server_digest", "id", *names))
    found: dict[UUID, list[tuple[Signature, Stamp]]] = {}
    for run_id, revision, server_digest, *given in session.execute(select(*columns).where(SignOff.run_id.in_(run_ids))):
        found.setdefault(run_id, []).append((Signature(*given), Stamp(revision, server_digest)))
    return found
