"""Keeping sign-offs: what was given never changes, what the server says of it follows the content."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from checklists.signoff import errors
from checklists.signoff.chain import link_of
from checklists.signoff.models import SignedContent, SignOff
from checklists.signoff.snapshot import Signature, Stamp
from kernel.bulk import insert_rows, update_rows
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signature with what the server says of it, and the run it belongs to; `seen` is what was signed, where it is at hand."""

    run_id: UUID
    region_id: UUID
    work_order_id: UUID
    signature: Signature
    stamp: Stamp
    seen: dict[str, Any] | None = None


def store(uow: UnitOfWork, *, fresh: Sequence[Sealed], restamped: Sequence[Sealed]) -> None:
    """Store new signatures, and what the server says now of earlier ones; three statements at most.

    Every content that the server ever computed for a signature stays, by its digest.

    Raises:
        Conflict (signoff.id_reused): an id belongs to another sign-off.
    """
    rows = [
        {
            "id": one.signature.op_id,
            "region_id": one.region_id,
            "run_id": one.run_id,
            "work_order_id": one.work_order_id,
            "revision": one.stamp.revision,
            "signed_digest": one.signature.signed_digest,
            "server_digest": one.stamp.server_digest,
            "snapshot": one.stamp.content,
            "signer_name": one.signature.signer_name,
            "refused_reason": one.signature.refused_reason,
            "witness": one.signature.witness,
            "signature_media": one.signature.signature_media,
            "user_id": one.signature.user_id,
            "device_id": one.signature.device_id,
            "effective_at": one.signature.effective_at,
            "recorded_at": uow.now,
            "snapshot_version": one.signature.terms.snapshot,
            "completed_at": one.signature.terms.completed_at,
            "photos": dict(one.signature.terms.photos) or None,
            "link": link_of(one.signature, one.work_order_id) if one.signature.chained else None,
            "previous": one.signature.previous,
            "method": one.signature.method.value,
        }
        for one in fresh
    ]
    _keep_contents(uow, (*fresh, *restamped))
    stored = insert_rows(uow.session, SignOff, rows, on_conflict="(id) DO NOTHING", returning=["id"])
    if len(stored) != len(rows):
        raise errors.ID_REUSED(path="/id")
    changed = [
        {
            "id": one.signature.op_id,
            "revision": one.stamp.revision,
            "server_digest": one.stamp.server_digest,
            "snapshot": one.stamp.content,
        }
        for one in restamped
    ]
    update_rows(uow.session, SignOff, changed, key=["id"])


def _keep_contents(uow: UnitOfWork, sealed: Sequence[Sealed]) -> None:
    known = [
        (one, digest, content)
        for one in sealed
        for digest, content in (
            (one.stamp.server_digest, one.stamp.content),
            (one.signature.signed_digest, one.seen),
        )
        if content is not None
    ]
    rows = {
        (one.work_order_id, digest): {
            "work_order_id": one.work_order_id,
            "digest": digest,
            "region_id": one.region_id,
            "content": content,
            "kept_at": uow.now,
        }
        for one, digest, content in known
    }
    insert_rows(uow.session, SignedContent, list(rows.values()), on_conflict="(work_order_id, digest) DO NOTHING")
