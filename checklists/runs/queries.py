"""What can be asked about checklist runs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.media.queries import awaited_of
from checklists.runs import errors
from checklists.runs.entries import photos_of, values_of
from checklists.runs.fold import Given
from checklists.runs.models import ChecklistAnswer, ChecklistFollowUp, ChecklistRun
from checklists.runs.open_run import OpenRun
from checklists.runs.progress import Progress
from checklists.runs.surroundings import load_around
from checklists.signoff import errors as signoff_errors
from checklists.signoff import queries as signoff
from checklists.signoff.queries import SignOffRow
from checklists.signoff.seen import FIRST_TERMS, NEWEST, Around, Terms
from checklists.signoff.snapshot import Signature, Stamp, Worth, worth
from checklists.templates import queries as templates
from checklists.templates.steps import Checklist
from dispatch.work_orders import errors as work_order_errors
from dispatch.work_orders import queries as work_orders
from kernel.by_ids import ByIds
from kernel.clock import iso
from kernel.unit_of_work import Reading

Visible = Callable[[Reading, Sequence[UUID]], Collection[UUID]]
"""Tells which of these orders the caller may see."""


def run_documents(
    reading: Reading, ids: Sequence[UUID], *, visible_orders: Visible = work_orders.visible_order_ids
) -> dict[str, dict[str, Any]]:
    """Return the documents of those of these runs whose orders the caller may see, by id. Ten statements at most."""
    runs = _RUNS.rows(reading.session, ids)
    allowed = visible_orders(reading, [run.work_order_id for run in runs]) if runs else ()
    return _documents(reading, [run for run in runs if run.work_order_id in allowed])


def run_of_order(reading: Reading, order_id: UUID) -> dict[str, Any]:
    """Return the document of an order's run.

    Raises:
        NotFound (work_order.unknown): no such order in the caller's scope.
        NotFound (checklist.no_run): the order has no checklist.
    """
    if not work_orders.visible_order_ids(reading, [order_id]):
        raise work_order_errors.UNKNOWN()
    found = _documents(reading, _OF_ORDERS.rows(reading.session, [order_id]))
    if not found:
        raise errors.NO_RUN()
    return next(iter(found.values()))


def documents_of_orders(reading: Reading, order_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the documents of the runs of these orders, by order. Ten statements at most.

    Without a scope of its own: for orders that are in scope already.
    """
    runs = _OF_ORDERS.rows(reading.session, order_ids)
    documents = _documents(reading, runs) if runs else {}
    return {run.work_order_id: documents[str(run.id)] for run in runs}


@dataclass(frozen=True, slots=True)
class OpenView:
    """A run as it stands, for whoever prints or reviews it. `entries` are by item, as `entries.py` writes them.

    `digest` is that of the content on the terms of the last signature; see `OpenRun.terms`.
    """

    run_id: UUID
    region_id: UUID
    template_version_id: UUID
    template_version: int
    template_name: Mapping[str, str]
    checklist: Checklist
    entries: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Any]
    photos: Mapping[str, int]
    digest: bytes
    revision: int
    signed: bool
    around: Around


def open_view(reading: Reading, order_id: UUID) -> OpenView:
    """Return the run of an order as it stands. Raises what `run_of_order` raises."""
    if not work_orders.visible_order_ids(reading, [order_id]):
        raise work_order_errors.UNKNOWN()
    runs = _OF_ORDERS.rows(reading.session, [order_id])
    if not runs:
        raise errors.NO_RUN()
    (run,) = runs
    version = templates.version(reading, run.template_version_id)
    opened = _open(reading, runs)[run.id]
    return OpenView(
        run.id,
        version.region_id,
        run.template_version_id,
        version.row.version,
        version.name,
        opened.checklist,
        run.answers,
        values_of(run.answers),
        photos_of(run.answers),
        opened.digest(opened.terms),
        opened.revision,
        opened.signed,
        opened.around,
    )


def to_sign(reading: Reading, order_id: UUID, terms: Terms = FIRST_TERMS) -> tuple[dict[str, Any], bytes]:
    """Return what a customer would sign now on these terms, and its digest. Raises what `run_of_order` raises."""
    if not work_orders.visible_order_ids(reading, [order_id]):
        raise work_order_errors.UNKNOWN()
    runs = _OF_ORDERS.rows(reading.session, [order_id])
    if not runs:
        raise errors.NO_RUN()
    (opened,) = _open(reading, runs).values()
    return opened.content(terms), opened.digest(terms)


@dataclass(frozen=True, slots=True)
class WeighedSignOff:
    """A sign-off with what it is worth now."""

    row: SignOffRow
    worth: Worth


def weighed_sign_offs(reading: Reading, order_id: UUID) -> list[WeighedSignOff]:
    """Return the sign-offs of an order with what each is worth now, the earliest first. Raises NotFound (work_order.unknown)."""
    rows = signoff.sign_offs(reading, order_id)
    opened = _open(reading, _OF_ORDERS.rows(reading.session, [order_id])) if rows else {}
    found = []
    for row in rows:
        run = opened[row.run_id]
        signature = run.known[row.id]
        assert isinstance(signature, Signature)
        now = run.digest(signature.terms)
        found.append(WeighedSignOff(row, worth(row.signed_digest, row.server_digest, now)))
    return found


def signed_snapshot(
    reading: Reading, order_id: UUID, sign_off_id: UUID
) -> tuple[WeighedSignOff, dict[str, Any] | None]:
    """Return a sign-off with the content that was signed; None for one that the server never held.

    Raises NotFound (work_order.unknown, signoff.unknown).
    """
    for one in weighed_sign_offs(reading, order_id):
        if one.row.id == sign_off_id:
            return one, signoff.signed_content(reading, order_id, one.row.signed_digest)
    raise signoff_errors.UNKNOWN()


def runs_of_orders(reading: Reading, order_ids: Sequence[UUID]) -> list[UUID]:
    """Return the ids of the runs of these orders, for a feed that starts over. It does not ask whose orders they are."""
    if not order_ids:
        return []
    return list(reading.session.scalars(select(ChecklistRun.id).where(ChecklistRun.work_order_id.in_(order_ids))))


def answers_of_order(session: Session, order_id: UUID) -> list[Given]:
    """Return every answer ever given to an order's runs. Only for orders in scope: it does not ask."""
    run_ids = session.scalars(select(ChecklistRun.id).where(ChecklistRun.work_order_id == order_id)).all()
    return [given for _run_id, given in answers_of(session, run_ids)]


def answers_of(session: Session, run_ids: Collection[UUID]) -> list[tuple[UUID, Given]]:
    """Return every answer ever given to these runs, with its run. Only for runs whose orders are in scope: it does not ask."""
    if not run_ids:
        return []
    rows = session.execute(
        select(
            ChecklistAnswer.run_id,
            ChecklistAnswer.id,
            ChecklistAnswer.item,
            ChecklistAnswer.value,
            ChecklistAnswer.effective_at,
            ChecklistAnswer.author_id,
            ChecklistAnswer.by_assignee,
            ChecklistAnswer.base,
            ChecklistAnswer.settles,
            ChecklistAnswer.device_id,
            ChecklistAnswer.time_quality,
            ChecklistAnswer.note,
            ChecklistAnswer.media,
        ).where(ChecklistAnswer.run_id.in_(run_ids))
    )
    return [
        (run_id, Given(op_id, item, value, at, author, own, base, _ids(settles), device, quality, note, tuple(media)))
        for run_id, op_id, item, value, at, author, own, base, settles, device, quality, note, media in rows
    ]


def _ids(texts: list[str]) -> tuple[UUID, ...]:
    return tuple(UUID(text) for text in texts) if texts else ()


_RUN = (
    ChecklistRun.id,
    ChecklistRun.region_id,
    ChecklistRun.work_order_id,
    ChecklistRun.template_version_id,
    ChecklistRun.answers,
    ChecklistRun.version,
    ChecklistRun.updated_at,
)
_RUNS = ByIds(select(*_RUN), ChecklistRun.id)
_OF_ORDERS = ByIds(select(*_RUN), ChecklistRun.work_order_id)
_FOLLOW_UPS = ByIds(
    select(ChecklistFollowUp.run_id, ChecklistFollowUp.item, ChecklistFollowUp.work_order_id).order_by(
        ChecklistFollowUp.work_order_id
    ),
    ChecklistFollowUp.run_id,
)


def _open(
    reading: Reading, runs: Sequence[Any], known: Mapping[UUID, tuple[int, Checklist]] | None = None
) -> dict[UUID, OpenRun]:
    """Return runs as they stand, with their signatures and what lies around them, but without every answer ever given."""
    checklists = known or templates.checklists_of(reading.session, {run.template_version_id for run in runs})
    around = load_around(reading.session, [run.work_order_id for run in runs])
    found = {
        run.id: OpenRun(
            run.id,
            run.region_id,
            run.work_order_id,
            run.template_version_id,
            checklists[run.template_version_id][1],
            (),
            run.version,
            run.answers,
            around=around[run.work_order_id],
        )
        for run in runs
    }
    for run_id, signatures in signoff.signatures_of(reading.session, list(found)).items():
        for signature, stamp in signatures:
            found[run_id].load_signature(signature, stamp)
    return found


def _documents(reading: Reading, runs: Sequence[Any]) -> dict[str, dict[str, Any]]:
    checklists = templates.checklists_of(reading.session, {run.template_version_id for run in runs})
    opened = _open(reading, runs, checklists)
    awaited = awaited_of(reading.session, [run.work_order_id for run in runs])
    raised = _raised(reading.session, [run.id for run in runs])
    return {
        str(run.id): {
            **_document(run, checklists[run.template_version_id][0], opened[run.id]),
            "awaiting_media": [
                {"media_id": one.media_id, "due_at": iso(one.due_at)} for one in awaited.get(run.work_order_id, ())
            ],
            "follow_ups": raised.get(run.id, []),
        }
        for run in runs
    }


def _raised(session: Session, run_ids: Collection[UUID]) -> dict[UUID, list[dict[str, str]]]:
    """Return the orders that these runs led to, by item."""
    found: dict[UUID, list[dict[str, str]]] = {}
    for run_id, item, order_id in _FOLLOW_UPS.rows(session, run_ids):
        found.setdefault(run_id, []).append({"item": item, "work_order_id": str(order_id)})
    return found


def _document(run: Any, number: int, opened: OpenRun) -> dict[str, Any]:
    signatures = sorted(opened.signatures, key=lambda one: one.key)
    return {
        "id": str(run.id),
        "work_order_id": str(run.work_order_id),
        "template": {"id": str(run.template_version_id), "version": number},
        "version": run.version,
        "updated_at": iso(run.updated_at),
        "answers": run.answers,
        "conflicts": _conflicts(run.answers),
        "progress": _progress(opened.progress()),
        "revision": opened.revision,
        "digest": opened.digest().hex(),
        "signing": {"snapshot": NEWEST, "digest": opened.digest(Terms(NEWEST)).hex()},
        "signed": opened.signed,
        "sign_offs": [_sign_off(one, opened.stamps[one.op_id], opened.digest(one.terms)) for one in signatures],
    }


def _conflicts(entries: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"item": key, "open": entry["others"][0]["fate"] == "open", "op_ids": [one["op_id"] for one in entry["others"]]}
        for key, entry in entries.items()
        if "others" in entry
    ]


def _progress(progress: Progress) -> dict[str, Any]:
    return {
        "required": progress.required,
        "answered": progress.answered,
        "missing": list(progress.missing),
        "failed": list(progress.failed),
        "failed_critical": list(progress.failed_critical),
        "warned": list(progress.warned),
        "without_evidence": list(progress.without_evidence),
        "hidden": list(progress.hidden),
        "steps": [
            {
                "step": one.step.value,
                "items": one.items,
                "required": one.required,
                "answered": one.answered,
                "failed": one.failed,
                "passed": one.passed,
            }
            for one in progress.steps
        ],
    }


def _sign_off(signature: Signature, stamp: Stamp, now: bytes) -> dict[str, Any]:
    at: datetime = signature.effective_at
    return {
        "id": str(signature.op_id),
        "revision": stamp.revision,
        "worth": worth(signature.signed_digest, stamp.server_digest, now).value,
        "signed_digest": signature.signed_digest.hex(),
        "snapshot": signature.terms.snapshot,
        "signer_name": signature.signer_name,
        "refused_reason": signature.refused_reason,
        "at": iso(at),
    }
