"""What can be asked about consultations, within the caller's scope; and as phones get them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from dispatch.accounts import queries as accounts
from dispatch.consultations import errors
from dispatch.consultations.models import Consultation, ConsultationAnswer, ConsultationAsked
from dispatch.consultations.standing import UNDER_WAY, State
from dispatch.work_orders import briefs
from dispatch.work_orders.queries import orders_of
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class ConsultationRow:
    """A consultation as lists show it."""

    id: UUID
    region_id: UUID
    work_order_id: UUID
    asked_by: UUID
    asked_at: datetime
    question: str
    media: list[Any]
    excerpt: list[Any]
    urgency: str
    skill: str | None
    min_level: int
    state: str
    rung: str
    next_look_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    accepted_id: UUID | None
    end_note: str | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AskedRow:
    """Somebody who was asked."""

    user_id: UUID
    name: str
    rung: str
    on_duty: bool
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer, and from whom."""

    id: UUID
    user_id: UUID
    name: str
    text: str
    media: list[Any]
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class OrderExcerpt:
    """What is lent of the order: never its customer, its address or its telephone."""

    number: str
    title: str
    work_type: str
    priority: str


@dataclass(frozen=True, slots=True)
class ConsultationDetail:
    """A consultation with what is lent of its order, who asked and was asked, and the answers, the earliest first."""

    row: ConsultationRow
    order: OrderExcerpt
    asker: str
    asked: tuple[AskedRow, ...]
    answers: tuple[AnswerRow, ...]


_ROW = tuple(getattr(Consultation, name) for name in ConsultationRow.__dataclass_fields__)
_PLACES = {
    "region": Consultation.region_id,
    "station": Consultation.station_id,
    "group": Consultation.group_id,
    "zone": Consultation.zone_id,
    "owner": Consultation.asked_by,
}


def _lent(user_id: UUID) -> ColumnElement[bool]:
    """Return the condition that somebody was asked and it is still under way, or that they answered."""
    asked = select(ConsultationAsked.consultation_id).where(ConsultationAsked.user_id == user_id)
    answered = select(ConsultationAnswer.id).where(
        ConsultationAnswer.consultation_id == Consultation.id, ConsultationAnswer.user_id == user_id
    )
    words = sorted(state.value for state in UNDER_WAY)
    return and_(Consultation.id.in_(asked), or_(Consultation.state.in_(words), answered.exists()))


def _scope_parts(reading: Reading) -> list[ColumnElement[bool]]:
    """Return the conditions of which a consultation in scope meets one: its order's places and people, asker, asked."""
    parts = reading.actor.scope.parts(**_PLACES)
    if reading.actor.scope.everywhere:
        return parts
    mine = Consultation.work_order_id.in_(orders_of(reading.actor.user_id))
    return [*parts, mine, _lent(reading.actor.user_id)]


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the consultations that the caller may see."""
    return or_(false(), *_scope_parts(reading))


def page_of_consultations(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    states: Collection[State] = (),
    work_order_id: UUID | None = None,
    asked_of_me: bool | None = None,
) -> Page[ConsultationRow]:
    """Return one page of consultations, the latest asked first; the key is (asked_at, id)."""
    conditions: list[ColumnElement[bool]] = []
    if states:
        conditions.append(Consultation.state.in_([state.value for state in states]))
    if work_order_id is not None:
        conditions.append(Consultation.work_order_id == work_order_id)
    if asked_of_me is not None:
        asked = select(ConsultationAsked.consultation_id).where(ConsultationAsked.user_id == reading.actor.user_id)
        conditions.append(Consultation.id.in_(asked) if asked_of_me else Consultation.id.not_in(asked))
    page = read_page(
        reading.session,
        select(*_ROW).where(*conditions),
        key=(Consultation.asked_at, Consultation.id),
        limit=limit,
        after=after,
        any_of=_scope_parts(reading),
    )
    return Page(tuple(_row(row) for row in page.items), page.after)


def consultation(reading: Reading, consultation_id: UUID) -> ConsultationDetail:
    """Return a consultation. Raises NotFound (consultation.unknown). Five statements."""
    found = _details(reading, [consultation_id], in_scope(reading))
    if not found:
        raise errors.UNKNOWN()
    return found[0]


def _details(reading: Reading, ids: Collection[UUID], allowed: ColumnElement[bool]) -> list[ConsultationDetail]:
    rows = [_row(row) for row in reading.session.execute(select(*_ROW).where(Consultation.id.in_(ids), allowed)).all()]
    if not rows:
        return []
    keys = [row.id for row in rows]
    asked = reading.session.execute(
        select(
            ConsultationAsked.consultation_id,
            ConsultationAsked.user_id,
            ConsultationAsked.rung,
            ConsultationAsked.on_duty,
            ConsultationAsked.asked_at,
        )
        .where(ConsultationAsked.consultation_id.in_(keys))
        .order_by(ConsultationAsked.asked_at, ConsultationAsked.user_id)
    ).all()
    answers = reading.session.execute(
        select(
            ConsultationAnswer.consultation_id,
            ConsultationAnswer.id,
            ConsultationAnswer.user_id,
            ConsultationAnswer.text,
            ConsultationAnswer.media,
            ConsultationAnswer.effective_at,
        )
        .where(ConsultationAnswer.consultation_id.in_(keys))
        .order_by(ConsultationAnswer.effective_at, ConsultationAnswer.id)
    ).all()
    orders = briefs.briefs_of(reading, {row.work_order_id for row in rows})
    people = {row.asked_by for row in rows} | {one.user_id for one in asked} | {one.user_id for one in answers}
    names = {key: one.name for key, one in accounts.contacts_of(reading, people).items()}
    return [
        ConsultationDetail(
            row,
            _excerpt(orders[row.work_order_id]),
            names.get(row.asked_by, "—"),
            tuple(
                AskedRow(one.user_id, names[one.user_id], one.rung, one.on_duty, one.asked_at)
                for one in asked
                if one.consultation_id == row.id
            ),
            tuple(
                AnswerRow(one.id, one.user_id, names.get(one.user_id, "—"), one.text, one.media, one.effective_at)
                for one in answers
                if one.consultation_id == row.id
            ),
        )
        for row in rows
    ]


def documents(reading: Reading, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    """Return those of these consultations that the caller asked, or was asked in and are under way, as phones get them."""
    allowed = or_(Consultation.asked_by == reading.actor.user_id, _lent_now(reading.actor.user_id))
    return {str(one.row.id): _document(one) for one in _details(reading, ids, allowed)}


def _lent_now(user_id: UUID) -> ColumnElement[bool]:
    asked = select(ConsultationAsked.consultation_id).where(ConsultationAsked.user_id == user_id)
    return and_(Consultation.id.in_(asked), Consultation.state.in_(sorted(state.value for state in UNDER_WAY)))


def _document(one: ConsultationDetail) -> dict[str, Any]:
    row = one.row
    return {
        "id": row.id,
        "work_order_id": row.work_order_id,
        "order": {
            "number": one.order.number,
            "title": one.order.title,
            "work_type": one.order.work_type,
            "priority": one.order.priority,
        },
        "asked_by": {"user_id": row.asked_by, "name": one.asker},
        "asked_at": row.asked_at,
        "question": row.question,
        "media": row.media,
        "excerpt": row.excerpt,
        "urgency": row.urgency,
        "skill": row.skill,
        "min_level": row.min_level,
        "state": row.state,
        "accepted_id": row.accepted_id,
        "asked": [{"user_id": each.user_id, "name": each.name, "rung": each.rung} for each in one.asked],
        "answers": [
            {
                "id": each.id,
                "user_id": each.user_id,
                "name": each.name,
                "text": each.text,
                "media": each.media,
                "at": each.effective_at,
            }
            for each in one.answers
        ],
        "version": row.version,
    }


def _row(values: Sequence[Any]) -> ConsultationRow:
    return ConsultationRow(*values)


def _excerpt(order: briefs.OrderBrief) -> OrderExcerpt:
    return OrderExcerpt(order.number, order.title, order.work_type, order.priority)
