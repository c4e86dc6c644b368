"""Gathers all that a service report shows, from the order, its checklist, its clocks and the people concerned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from checklists.media import queries as media
from checklists.reports.codes import shown_code
from checklists.reports.report import FeeLine, Line, Mark, PartUsed, Photo, Promise, Report, Signed, StepPart
from checklists.reports.wording import answer_text, plain_number
from checklists.reports.words import text_of, word
from checklists.runs import queries as runs
from checklists.runs.answers import Verdict, judge, warns
from checklists.runs.progress import measure
from checklists.runs.visibility import look
from checklists.signoff.queries import SignOffRow, sign_offs
from checklists.templates.answer_types import UNANSWERED, AnswerType
from checklists.templates.steps import Checklist, Item, Step
from dispatch.accounts import queries as accounts
from dispatch.customers import queries as customers
from dispatch.fees.lines import Facts, LineKind, amounts, totals
from dispatch.fees.lines import Line as FeeFact
from dispatch.fees.money import money_text, plain
from dispatch.people import queries as people
from dispatch.sla.clock import ClockState, ClockStatus
from dispatch.territory import queries as territory
from dispatch.work_orders import clocks, queries
from dispatch.work_orders.queries import OrderDetail, TimelineRow
from kernel.clock import parse_moment
from kernel.unit_of_work import Reading

PART, PHOTO = "log.part_used", "log.photo"
MOST_ENTRIES = 2000
"""More facts than anybody records at one visit; what is beyond is not printed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report to be made: of which order, in which language, under which code, to be checked where."""

    order_id: UUID
    locale: str
    code: str
    public_url: str


def gather(reading: Reading, wanted: Wanted) -> Report:
    """Gather a report of how an order stands now, with a constant number of statements; for the product's own reading.

    Raises NotFound (work_order.unknown, checklist.no_run).
    """
    detail = queries.order(reading, wanted.order_id)
    opened = runs.open_view(reading, wanted.order_id)
    entries = queries.timeline(reading, wanted.order_id, limit=MOST_ENTRIES).items
    files = media.digests_of(reading.session, wanted.order_id)
    given = sign_offs(reading, wanted.order_id)
    lines = opened.around.facts.in_force()
    timezone = ZoneInfo(territory.timezones_of(reading, [detail.row.region_id])[detail.row.region_id])
    people_of = _people(reading, detail)
    return Report(
        **people_of,
        **_head(reading, detail, wanted.locale),
        template=f"{text_of(opened.template_name, wanted.locale)} v{opened.template_version}",
        times=tuple(_times(detail, opened, given)),
        promises=tuple(_promise(one.clock, one.state) for one in clocks.clocks_of(reading, wanted.order_id)),
        steps=tuple(_steps(opened, wanted.locale, timezone)),
        parts=(*_parts(lines), *_unlisted(entries, opened.around.facts)),
        fees=tuple(_fee(line, wanted.locale) for line in lines if line.unit_price is not None),
        total=", ".join(f"{money_text(one.amounts.total, one.currency)} {one.currency}" for one in totals(lines)),
        photos=tuple(_photos(opened, entries, files, wanted.locale)),
        signed=_signed(given, opened.digest, files),
        revision=opened.revision,
        digest=opened.digest.hex(),
        code=shown_code(wanted.code),
        check_at=f"{wanted.public_url}/verify/{wanted.code}",
        made_at=reading.now,
        timezone=timezone,
        locale=wanted.locale,
    )


def _people(reading: Reading, detail: OrderDetail) -> dict[str, Any]:
    row = detail.row
    done_by = row.assignee_id or (detail.assignments[-1].user_id if detail.assignments else None)
    contact = None if done_by is None else accounts.contacts_of(reading, [done_by]).get(done_by)
    technician = None if done_by is None else people.technicians_by_id(reading, [done_by]).get(done_by)
    customer = {} if row.customer_id is None else customers.contacts_of(reading, [row.customer_id]).get(row.customer_id)
    site = {} if row.site_id is None else customers.sites_of(reading, [row.site_id]).get(str(row.site_id))
    return {
        "technician": "" if contact is None else contact.name,
        "badge": (technician.badge if technician is not None else None) or "",
        "customer": (customer or {}).get("name") or "",
        "address": (site or {}).get("address") or "",
        "station": "" if row.station_id is None else territory.station(reading, row.station_id).name,
    }


def _head(reading: Reading, detail: OrderDetail, locale: str) -> dict[str, Any]:
    row = detail.row
    kinds = {one.code: one for one in queries.work_types(reading, row.region_id)}
    kind = kinds.get(row.work_type)
    work = row.work_type if kind is None else ((kind.name_en if locale == "en" else None) or kind.name)
    return {
        "work_order_id": row.id,
        "number": row.number,
        "title": row.title,
        "work_type": work,
        "status": row.status,
    }


def _times(detail: OrderDetail, opened: runs.OpenView, given: tuple[SignOffRow, ...]) -> Iterator[tuple[str, datetime]]:
    """Yield the times of the order by the corrected clock, and when the work was done as the customer was shown it."""
    row = detail.row
    started = max((one.key[0] for one in opened.around.moments if one.name == "started_at"), default=None)
    for name, at in (
        ("received", row.received_at),
        ("responded", row.responded_at),
        ("arrived", row.arrived_at),
        ("started", started),
        ("done", parse_moment(given[-1].completed_at) if given else None),
        ("completed", row.completed_at),
    ):
        if at is not None:
            yield name, at


def _promise(clock: str, state: ClockState) -> Promise:
    promised = state.target_seconds is not None or state.terms.due_at is not None
    if state.breached_at is not None:
        kept: bool | None = False
    else:
        kept = True if promised and state.status is ClockStatus.STOPPED else None
    return Promise(clock, (state.terms.due_at or state.due_at) if promised else None, kept)


def _steps(opened: runs.OpenView, locale: str, timezone: ZoneInfo) -> Iterator[StepPart]:
    checklist: Checklist = opened.checklist
    view = look(checklist, opened.values)
    progress = {
        one.step: one for one in measure(checklist, opened.values, signed=opened.signed, photos=opened.photos).steps
    }
    for step in Step:
        shown = (
            item
            for item in checklist.items
            if item.step is step and item.type not in UNANSWERED and not view.hides(item.key)
        )
        lines = tuple(
            _line(item, view.values.get(item.key), opened.entries.get(item.key, {}), locale, timezone) for item in shown
        )
        yield StepPart(step, progress[step].passed, lines, _done_at(checklist, step, opened.entries))


def _done_at(checklist: Checklist, step: Step, entries: Mapping[str, Mapping[str, Any]]) -> datetime | None:
    """Return when the last answer of a step was given, by the corrected clock."""
    given = (entries[item.key]["at"] for item in checklist.items if item.step is step and item.key in entries)
    return max((at for text in given if (at := parse_moment(text)) is not None), default=None)


def _line(item: Item, value: Any, entry: Mapping[str, Any], locale: str, timezone: ZoneInfo) -> Line:
    verdict = judge(item, value)
    mark = {Verdict.PASSED: Mark.PASSED, Verdict.EMPTY: Mark.EMPTY, Verdict.FAILED: Mark.FAILED}[verdict]
    if warns(item, value):
        mark = Mark.WARNED
    text = answer_text(item, value, locale, timezone)
    beside = [answer_text(item, one, locale, timezone) for one in entry.get("also", ())]
    return Line(text_of(item.label, locale), " / ".join([text, *beside]), mark, entry.get("note"))


def _parts(lines: tuple[FeeFact, ...]) -> Iterator[PartUsed]:
    for line in lines:
        if line.kind is LineKind.PART:
            yield PartUsed(line.text, _count(line), line.serial)


def _count(line: FeeFact) -> str:
    return f"{plain(line.quantity)} {line.unit or ''}".strip()


def _fee(line: FeeFact, locale: str) -> FeeLine:
    """Write a line with why it costs less than it might."""
    come_to = amounts(line)
    name = line.text
    if line.warranty:
        name = f"{name} ({word('warranty', locale)})"
    elif come_to.discount:
        off = f"{word('discount', locale)} {money_text(come_to.discount, line.currency)}"
        name = f"{name} ({off}{': ' + line.discount_reason if line.discount_reason else ''})"
    return FeeLine(name, _count(line), money_text(come_to.total, line.currency), line.currency)


def _unlisted(entries: tuple[TimelineRow, ...], facts: Facts) -> Iterator[PartUsed]:
    """Yield parts that are facts of the timeline only: from before there were lines, or that could not be one."""
    known = {one.id for one in facts.lines}
    for entry in entries:
        if entry.kind == PART and entry.id not in known and isinstance(entry.data.get("part"), str):
            quantity = entry.data.get("quantity")
            amount = plain_number(quantity) if isinstance(quantity, int | float) else str(quantity or "1")
            serial = entry.data.get("serial")
            yield PartUsed(entry.data["part"][:120], amount[:20], serial[:64] if isinstance(serial, str) else None)


def _photos(
    opened: runs.OpenView, entries: tuple[TimelineRow, ...], files: Mapping[str, str], locale: str
) -> Iterator[Photo]:
    """Yield each photo once: those of the checklist in its order, then those of the log."""
    named: dict[str, str] = {}
    values = look(opened.checklist, opened.values).values
    for item in opened.checklist.items:
        if item.key in values:
            shown = values[item.key] if item.type is AnswerType.PHOTO else None
            for media_id in (*(shown or ()), *opened.entries.get(item.key, {}).get("media", ())):
                named.setdefault(media_id, text_of(item.label, locale))
    for entry in entries:
        own = {one["media_id"]: one.get("caption") for one in entry.data.get("files", ())}
        for media_id in entry.data.get("media", ()) if entry.kind == PHOTO else ():
            caption = own.get(media_id) or entry.data.get("caption")
            named.setdefault(media_id, caption[:120] if isinstance(caption, str) else word("photos", locale))
    for media_id, caption in named.items():
        if media_id in files:
            yield Photo(files[media_id], caption)


def _signed(given: tuple[SignOffRow, ...], digest: bytes, files: Mapping[str, str]) -> Signed | None:
    if not given:
        return None
    covering = [one for one in given if one.signed_digest == digest]
    last = (covering or list(given))[-1]
    return Signed(
        last.revision,
        last.signed_digest.hex(),
        last.effective_at,
        last.signer_name,
        last.refused_reason,
        last.witness,
        None if last.signature_media is None else files.get(last.signature_media),
        bool(covering),
    )
