"""What can be asked about signing links: those of an order in scope, and what a link shows to whoever holds it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from checklists.links import errors
from checklists.links.models import SigningLink
from checklists.links.states import LinkState
from checklists.reports.wording import answer_text, local
from checklists.reports.words import text_of, word
from checklists.runs import queries as runs
from checklists.templates.answer_types import UNANSWERED
from checklists.templates.steps import Checklist, Step
from dispatch.territory import queries as territory
from dispatch.work_orders import errors as work_order_errors
from dispatch.work_orders import queries as work_orders
from kernel.clock import parse_moment
from kernel.identifiers import secret_digest
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A signing link; neither its address nor its code can be asked for."""

    id: UUID
    state: str
    digest: bytes
    attempts: int
    created_by: UUID
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    sign_off_id: UUID | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a link shows: the content to sign in the reader's language, by sections of names and texts, and its digest.

    Of a link that is no longer open only the state is shown.
    """

    state: LinkState
    order_id: UUID
    number: str = ""
    until: str = ""
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    total: str = ""
    digest: str = ""


_ROW = tuple(getattr(SigningLink, name) for name in LinkRow.__dataclass_fields__)


def links_of_order(reading: Reading, order_id: UUID, *, limit: int = 50) -> tuple[LinkRow, ...]:
    """Return the signing links of an order, the latest first. Raises NotFound (work_order.unknown)."""
    if not work_orders.visible_order_ids(reading, [order_id]):
        raise work_order_errors.UNKNOWN()
    rows = reading.session.execute(
        select(*_ROW)
        .where(SigningLink.work_order_id == order_id)
        .order_by(SigningLink.created_at.desc(), SigningLink.id.desc())
        .limit(limit)
    )
    return tuple(LinkRow(row.id, _state(row, reading.now).value, *row[2:]) for row in rows)


def _state(row: Any, now: datetime) -> LinkState:
    state = LinkState(row.state)
    return LinkState.EXPIRED if state is LinkState.OPEN and row.expires_at <= now else state


def shown(reading: Reading, token: str, locale: str) -> Shown:
    """Say what a link shows; for anybody who holds it, so `reading` is the product's own.

    Raises NotFound (signing_link.unknown).
    """
    row = reading.session.execute(
        select(SigningLink.__table__).where(SigningLink.token_hash == secret_digest(token))
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    state = _state(row, reading.now)
    if state is not LinkState.OPEN:
        return Shown(state, row.work_order_id)
    order = work_orders.order(reading, row.work_order_id).row
    opened = runs.open_view(reading, row.work_order_id)
    timezone = ZoneInfo(territory.timezones_of(reading, [order.region_id])[order.region_id])
    return Shown(
        state,
        order.id,
        order.number,
        local(row.expires_at, timezone),
        tuple(_sections(row.content, opened.checklist, locale, timezone)),
        ", ".join(f"{one['total']} {one['currency']}" for one in row.content["totals"]),
        row.digest.hex(),
    )


def _sections(
    content: Mapping[str, Any], checklist: Checklist, locale: str, timezone: ZoneInfo
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    times = ((name, parse_moment(text)) for name, text in content["times"].items())
    words = {"arrived_at": "arrived", "started_at": "started", "completed_at": "done"}
    known = tuple((word(words[name], locale), local(at, timezone)) for name, at in times if at is not None)
    if known:
        yield word("times", locale), known
    for step in Step:
        items = [one for one in checklist.items if one.step is step and one.type not in UNANSWERED]
        lines = []
        for item in items:
            if item.key in content["answers"]:
                values = (content["answers"][item.key], *content["also"].get(item.key, ()))
                lines.append(
                    (
                        text_of(item.label, locale),
                        " / ".join(answer_text(item, one, locale, timezone) for one in values),
                    )
                )
        if lines:
            yield word(step.value, locale), tuple(lines)
    for name in ("parts", "fees"):
        if content[name]:
            yield word(name, locale), tuple(_lines(content[name], locale))


def _lines(lines: Sequence[Mapping[str, Any]], locale: str) -> Iterator[tuple[str, str]]:
    for one in lines:
        count = f"{one['quantity']} {one['unit'] or ''}".strip()
        serial = f" · {one['serial']}" if one["serial"] else ""
        paid = "" if one["unit_price"] is None else f" · {one['total']} {one['currency']}"
        why = one["reason"]
        off = "" if not why else f" ({word('warranty', locale) if why == 'warranty' else why})"
        yield f"{one['text']} × {count}{serial}", f"{paid.removeprefix(' · ')}{off}".strip() or "—"
