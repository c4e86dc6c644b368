"""Asks the next above when a question waited in vain: first who leads the group, then station and region."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from dispatch.consultations.experts import above
from dispatch.consultations.keeping import announce, asked_row, load_known
from dispatch.consultations.models import Consultation, ConsultationAsked
from dispatch.consultations.standing import NEXT, Rung, State
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.work_orders.service import open_book, server_entry, write_book
from kernel.bulk import insert_rows, update_rows
from kernel.unit_of_work import UnitOfWork

ESCALATE = "consultation.escalate"


@dataclass(frozen=True, slots=True)
class _Due:
    """A question that waited in vain, with its order's places."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    work_order_id: UUID
    question: str
    rung: str
    within_seconds: int
    version: int


def escalate(uow: UnitOfWork, *, limit: int) -> int:
    """Ask the next above in questions that are due, and return of how many. A few statements, and one for each region.

    Reads an index of what is due. Where nobody leads the group, station and region are asked at once.
    """
    found = _claim(uow, limit)
    if not found:
        return 0
    chains = above(uow, found)
    book = open_book(uow, [one.work_order_id for one in found])
    known = load_known(uow, [one.id for one in found])
    rows, asked, notices = [], [], []
    for one in found:
        # Answered, or ended, since it was found.
        if known[one.id].state is not State.OPEN:
            continue
        rung = _next(one, chains)
        people = chains.get((one.group_id if rung is Rung.LEADER else one.station_id, rung), ())
        follows = NEXT[rung]
        waits = uow.now + timedelta(seconds=one.within_seconds) if follows is not None else None
        rows.append(
            {
                "id": one.id,
                "rung": rung.value,
                "next_look_at": waits,
                "version": one.version + 1,
                "updated_at": uow.now,
            }
        )
        asked += [asked_row(one.id, one.region_id, user_id, rung, uow, True) for user_id in people]
        data = {"consultation_id": str(one.id), "rung": rung.value, "to": [str(user_id) for user_id in people]}
        book.record(server_entry(uow, uow.new_id(), one.work_order_id, ESCALATE, data))
        values = {"number": book.orders[one.work_order_id].number, "question": one.question}
        key = f"consultation:{one.id}:{rung.value}"
        notices.append(Notice("consultations.escalated", key, people, values, one.region_id, urgent=True))
        announce(uow, one.region_id, one.id, {known[one.id].asked_by, *known[one.id].asked, *people})
    update_rows(uow.session, Consultation, rows, key=["id"])
    insert_rows(uow.session, ConsultationAsked, asked, on_conflict="(consultation_id, user_id) DO NOTHING")
    write_book(uow, book)
    tell(uow, notices)
    return len(found)


def _next(one: _Due, chains: object) -> Rung:
    following = NEXT[Rung(one.rung)]
    assert following is not None
    assert isinstance(chains, dict)
    if following is Rung.LEADER and not chains.get((one.group_id, Rung.LEADER)):
        return Rung.ABOVE
    return following


def _claim(uow: UnitOfWork, limit: int) -> Sequence[_Due]:
    rows = uow.session.execute(
        select(*(getattr(Consultation, name) for name in _Due.__dataclass_fields__))
        .where(Consultation.next_look_at <= uow.now)
        .order_by(Consultation.next_look_at, Consultation.id)
        .limit(limit)
    )
    return [_Due(*row) for row in rows]
