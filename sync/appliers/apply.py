"""What one op does to the orders and checklists of its transaction, all in memory."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog

from checklists.runs.fold import Given, Standing
from checklists.signoff.seen import SECOND, TIMES, Moment, read_terms
from checklists.signoff.snapshot import Signature, Worth, read_digest
from dispatch.consultations import errors as consultation_errors
from dispatch.consultations.book import Answering, read_asking, texts_of
from dispatch.fees.book import Teller
from dispatch.fees.lines import Removal
from dispatch.fees.reading import part_of
from dispatch.work_orders import errors as order_errors
from dispatch.work_orders.book import Entry
from dispatch.work_orders.fixes import MOCK_LOCATION, read_fix
from dispatch.work_orders.lifecycle import TERMINAL, Asked
from kernel.actor import Role
from kernel.clock import parse_moment
from kernel.errors import DomainError, Kind
from kernel.identifiers import parse_id
from sync.appliers.desk import DONE, Desk, Here, Pending, Settled
from sync.appliers.registry import TYPES, Effect, OpType
from sync.ingest.models import OpState
from sync.reconcile.conflicts import NewConflict
from sync.reconcile.models import ConflictKind

log = structlog.get_logger(__name__)

OUT_OF_ORDER = "out_of_order"
PHOTO, REPLY = "log.photo", "consultation.answer"
MOST_ITEMS = 50
"""Items of a checklist that a question may show."""
TECHNICIAN = frozenset({Role.TECHNICIAN})


def apply(desk: Desk, op: Pending) -> Settled:
    """Let one op take effect, or say why it does not. Never raises for anything that the op itself may hold."""
    if op.code is not None and op.code != OUT_OF_ORDER:
        return Settled(OpState.QUARANTINED, op.code)
    known = TYPES.get(op.type)
    if known is None:
        return Settled(OpState.QUARANTINED, "unknown-type")
    if not _admitted(desk, op):
        # As if it did not exist: who never held an order learns nothing about it.
        return Settled(OpState.QUARANTINED, "unknown-order")
    if known.ordered and op.code is None and (op.device_seq or 0) > desk.contiguous_to.get(op.device_id, 0):
        return Settled(OpState.HELD)
    try:
        return _APPLY[known.effect](desk, op, known)
    except DomainError as error:
        return Settled(OpState.QUARANTINED, error.code)
    except Exception:  # one op's poison must not take its neighbours with it; it is kept, and logged for us to mend
        log.exception("op failed", op_id=str(op.op_id), type=op.type)
        return Settled(OpState.QUARANTINED, "internal-error")
    finally:
        if known.command is not None:
            desk.here = None


def _admitted(desk: Desk, op: Pending) -> bool:
    """Tell whether the order is or was the author's; replies are for those who were asked about it."""
    if op.type != REPLY:
        return _here(desk, op).flags is not None
    desk.here = None
    if op.subject_id not in desk.orders.orders:
        return False
    key = parse_id((op.body.get("data") or {}).get("consultation_id"))
    return desk.consultations.may_answer(key, op.subject_id, op.user_id)


def _here(desk: Desk, op: Pending) -> Here:
    here = desk.here
    if here is None or here.user_id != op.user_id or here.order_id != op.subject_id:
        held = op.user_id in desk.orders.holders.get(op.subject_id, ())
        flags = _standing(desk, op) if held and op.subject_id in desk.orders.orders else None
        here = desk.here = Here(op.subject_id, op.user_id, flags)
    return here


def _standing(desk: Desk, op: Pending) -> tuple[str, ...]:
    order = desk.orders.orders[op.subject_id]
    late = () if op.user_id in desk.orders.holders_now(order.id) else ("late",)
    return (*late, "closed_order") if order.status in TERMINAL else late


def _flags(desk: Desk, op: Pending) -> tuple[str, ...]:
    here = desk.here
    flags = _standing(desk, op) if here is None or here.flags is None else here.flags
    return (*flags, OUT_OF_ORDER) if op.code == OUT_OF_ORDER else flags


def _entry(desk: Desk, op: Pending, flags: tuple[str, ...] = ()) -> Entry:
    data = op.body.get("data") or {}
    fix = read_fix(op.body.get("gps"))
    if "media" in op.body or op.type == PHOTO:
        media = media_of(op)
        data = {**data, "media": media} if media else data
    if op.type == PHOTO:
        data = {**data, "files": _listed(data)}
    if fix is not None and fix.mock:
        flags = (*flags, MOCK_LOCATION)
    return Entry(
        op.op_id,
        op.subject_id,
        op.type,
        op.user_id,
        op.effective_at,
        desk.now,
        data,
        op.device_id,
        op.time_quality,
        parse_moment(op.body.get("occurred_at")),
        None if fix is None else fix.lat,
        None if fix is None else fix.lon,
        None if fix is None else fix.accuracy_m,
        (*flags, *_flags(desk, op)) if flags else _flags(desk, op),
    )


def media_of(op: Pending) -> tuple[str, ...]:
    """Return the ids of the files that an op names, each once."""
    return tuple(files_of(op))


def files_of(op: Pending) -> dict[str, Any]:
    """Return the files that an op names, by media id, each with the SHA-256 that is told of it, if any."""
    media, data = op.body.get("media"), op.body.get("data")
    found: dict[str, Any] = {one: None for one in media if isinstance(one, str)} if isinstance(media, list) else {}
    if op.type == PHOTO:
        found.update((one["media_id"], one.get("sha256")) for one in _listed(data))
    return found


def _listed(data: Any) -> list[Mapping[str, Any]]:
    """Return the files that the data of an op lists, those of them that have a name."""
    files = data.get("files") if isinstance(data, Mapping) else None
    found = files if isinstance(files, list) else ()
    return [one for one in found if isinstance(one, Mapping) and isinstance(one.get("media_id"), str)]


def _fact(desk: Desk, op: Pending, _known: OpType) -> Settled:
    entry = _entry(desk, op)
    desk.orders.record(entry)
    if not entry.flags:
        return DONE
    if "closed_order" in entry.flags:
        _raise(desk, op, ConflictKind.CLOSED_ORDER, "closed_order")
    return Settled(OpState.APPLIED, entry.flags[0])


def _fee(desk: Desk, op: Pending, _known: OpType) -> Settled:
    return _charge(desk, op, op.body.get("data") or {})


def _part(desk: Desk, op: Pending, known: OpType) -> Settled:
    line = part_of(op.body["data"])
    return _fact(desk, op, known) if line is None else _charge(desk, op, line)


def _charge(desk: Desk, op: Pending, data: Mapping[str, Any]) -> Settled:
    """Take a line as the customer was told it; where it departs from the rules, a person looks."""
    order = desk.orders.orders[op.subject_id]
    line, departures = desk.fees.read(
        order, Teller(op.op_id, op.user_id, op.effective_at, TECHNICIAN, op.device_id), data
    )
    flags = tuple(one.flag for one in departures)
    desk.fees.add(order, line, data, flags)
    desk.runs.surround(order.id, line.key)
    entry = _entry(desk, op, flags)
    desk.orders.record(entry)
    if flags:
        _raise(desk, op, ConflictKind.FEE_TO_APPROVE, flags[0], flags=list(flags))
    if "closed_order" in entry.flags:
        _raise(desk, op, ConflictKind.CLOSED_ORDER, "closed_order")
    return Settled(OpState.APPLIED, entry.flags[0] if entry.flags else None)


def _fee_removal(desk: Desk, op: Pending, known: OpType) -> Settled:
    data = op.body["data"]
    line_id, reason = parse_id(data["line_id"]), data["reason"]
    if line_id is None or not isinstance(reason, str):
        return Settled(OpState.QUARANTINED, "malformed-op")
    order = desk.orders.orders[op.subject_id]
    kept = " ".join(reason.split())[:200]
    removal = Removal(op.op_id, order.id, line_id, op.effective_at, op.user_id, kept, op.device_id)
    desk.fees.remove(order, removal)
    desk.runs.surround(order.id, removal.key)
    return _fact(desk, op, known)


def _command(desk: Desk, op: Pending, known: OpType) -> Settled:
    assert known.command is not None
    data = op.body.get("data") or {}
    assignment_id = parse_id(op.body.get("assignment_id"))
    asked = Asked(known.command, op.user_id, TECHNICIAN, op.effective_at, assignment_id, data, lenient=True)
    try:
        transition = desk.orders.command(op.subject_id, asked, desk.runs.evidence(op.subject_id), _entry(desk, op))
    except DomainError as error:
        if error.kind is not Kind.CONFLICT:
            raise
        # It happened in the field, whatever the office thinks of it: kept as evidence, and a person decides.
        flag = "late" if error.code == order_errors.NOT_CURRENT_ASSIGNMENT.code else "not_applied"
        desk.orders.record(_entry(desk, op, (flag,)))
        _raise(desk, op, ConflictKind.STATUS_COMMAND, error.code)
        return Settled(OpState.NEEDS_REVIEW, error.code)
    if transition.unchanged:
        return Settled(OpState.NO_OP)
    if op.type in TIMES:
        shown_at = parse_moment(op.body.get("occurred_at")) or op.effective_at
        key = (op.effective_at, op.op_id)
        desk.runs.surround(op.subject_id, key, Moment(TIMES[op.type], key, shown_at))
    return Settled(OpState.APPLIED, OUT_OF_ORDER if op.code == OUT_OF_ORDER else None)


def _answer(desk: Desk, op: Pending, _known: OpType) -> Settled:
    data = op.body["data"]
    order = desk.orders.orders[op.subject_id]
    note = data.get("note")
    settles = data.get("settles")
    given = Given(
        op.op_id,
        data["item"],
        data.get("value"),
        op.effective_at,
        op.user_id,
        order.assignee_id == op.user_id,
        parse_id(op.body.get("base")),
        tuple(key for one in settles if (key := parse_id(one))) if isinstance(settles, list) else (),
        op.device_id,
        op.time_quality,
        note[:2000] if isinstance(note, str) else None,
        media_of(op),
    )
    unit, seen = data.get("unit"), op.body.get("template")
    desk.runs.answer(
        op.subject_id,
        given,
        unit=unit if isinstance(unit, str) else None,
        version_id=parse_id(seen.get("id")) if isinstance(seen, Mapping) else None,
    )
    flags = _flags(desk, op)
    if "closed_order" in flags:
        _raise(desk, op, ConflictKind.CLOSED_ORDER, "closed_order")
    return Settled(OpState.APPLIED, flags[0] if flags else None)


def _sign_off(desk: Desk, op: Pending, _known: OpType) -> Settled:
    data = op.body["data"]

    def words(name: str, longest: int) -> str | None:
        value = data.get(name)
        return value[:longest] if isinstance(value, str) else None

    signature = Signature(
        op.op_id,
        read_digest(data["signed_digest"]),
        op.effective_at,
        op.user_id,
        words("signer_name", 80),
        words("refused_reason", 200),
        words("witness", 80),
        words("signature_media", 64),
        op.device_id,
        read_terms(data.get("snapshot"), data.get("completed_at"), data.get("photos")),
        None if data.get("previous") is None else read_digest(data["previous"]),
        "previous" in data or data.get("snapshot") == SECOND,
    )
    desk.runs.sign(op.subject_id, signature)
    desk.orders.record(_entry(desk, op))
    return Settled(OpState.APPLIED)


def _ask(desk: Desk, op: Pending, _known: OpType) -> Settled:
    data, order = op.body["data"], desk.orders.orders[op.subject_id]
    files = texts_of(media_of(op))
    excerpt = desk.runs.excerpt(op.subject_id, texts_of(data.get("items"), MOST_ITEMS))
    asking = read_asking(op.op_id, order, op.user_id, op.effective_at, data, files, excerpt)
    desk.orders.record(_entry(desk, op))
    if order.status in TERMINAL:
        return Settled(OpState.NO_OP, consultation_errors.OVER.code)
    desk.consultations.ask(asking)
    return Settled(OpState.APPLIED)


def _reply(desk: Desk, op: Pending, _known: OpType) -> Settled:
    data = op.body["data"]
    key, text = parse_id(data["consultation_id"]), data["text"]
    assert key is not None  # else nobody had been admitted
    files = texts_of(media_of(op))
    given = Answering(
        op.op_id, key, op.user_id, op.effective_at, text if isinstance(text, str) else "", files, op.device_id
    )
    # Who was asked holds no order: that is no reason to call what they say late.
    entry = _entry(desk, op)
    entry.flags = tuple(flag for flag in entry.flags if flag != "late")
    in_time = desk.consultations.answer(given)
    desk.orders.record(entry)
    return Settled(OpState.APPLIED, None if in_time else "late")


def conclude(desk: Desk, results: Sequence[tuple[Pending, Settled]]) -> dict[UUID, Settled]:
    """Say what only the whole set shows: which answers won, which signatures still hold.

    Returns, by op id, what is other than in `results`; ops of earlier sets are among them.
    """
    settlement = desk.runs.settle()
    if settlement.is_empty:
        return {}
    ops = {op.op_id: op for op, _ in results}
    before_that, settled = {op.op_id: outcome for op, outcome in results}, dict[UUID, Settled]()
    for op_id, standing in settlement.standings.items():
        before = before_that.get(op_id)
        if before is None or before.state is OpState.APPLIED:
            settled[op_id] = Settled(_STATES[standing], before.code if before else None)
    for op_id in settlement.amended:
        _raise(desk, ops[op_id], ConflictKind.AMENDED_AFTER_SIGNATURE, "amended_after_signature")
    for op_id, worth in settlement.signatures.items():
        if worth is Worth.MISMATCH and op_id in ops:
            _raise(desk, ops[op_id], ConflictKind.AMENDED_AFTER_SIGNATURE, worth.value)
    for op_id in settlement.out_of_sight:
        settled[op_id] = Settled(OpState.APPLIED, "not_shown")
        _raise(desk, ops[op_id], ConflictKind.HIDDEN_ANSWER, "not_shown", item=ops[op_id].body["data"]["item"])
    for one in settlement.disagreements:
        if one.winner is None:
            cause = next((key for key in one.others if key in ops), None)
            if cause is not None:
                _raise(desk, ops[cause], ConflictKind.CONCURRENT_ANSWERS, "conflict_open", item=one.item)
    return settled


_STATES = {
    Standing.APPLIED: OpState.APPLIED,
    Standing.LOST: OpState.CONFLICT_LOST,
    Standing.OPEN: OpState.NEEDS_REVIEW,
}


def _raise(desk: Desk, op: Pending, kind: ConflictKind, code: str, **detail: Any) -> None:
    """Hand the matter to a person: a conflict with a deadline, and the order marked."""
    order = desk.orders.orders[op.subject_id]
    known = {"type": op.type, "status": order.status.value, **detail}
    desk.conflicts.append(NewConflict(order.id, op.op_id, op.user_id, kind, code, known))
    desk.orders.flag_for_review(order.id)


_APPLY = {
    Effect.FACT: _fact,
    Effect.COMMAND: _command,
    Effect.ANSWER: _answer,
    Effect.SIGN_OFF: _sign_off,
    Effect.ASK: _ask,
    Effect.REPLY: _reply,
    Effect.FEE: _fee,
    Effect.PART: _part,
    Effect.FEE_REMOVAL: _fee_removal,
}
