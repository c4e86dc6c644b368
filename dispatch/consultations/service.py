"""What can be done with consultations at a desk, or on a phone that is online: ask, answer, accept an answer, close."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.consultations import errors
from dispatch.consultations.book import Answering, Asking, Known
from dispatch.consultations.keeping import announce, load_known, store_answers, store_askings
from dispatch.consultations.models import Consultation, ConsultationAnswer
from dispatch.consultations.queries import in_scope
from dispatch.consultations.standing import State, Urgency, after_end
from dispatch.texts import optional_line
from dispatch.work_orders.book import OrderBook
from dispatch.work_orders.lifecycle import DISPATCHERS, TERMINAL
from dispatch.work_orders.service import open_book, server_entry, write_book
from kernel.actor import Role, system_actor
from kernel.unit_of_work import UnitOfWork

ASK, ANSWER, ACCEPT, CLOSE = (f"consultation.{what}" for what in ("ask", "answer", "accept", "close"))


def ask(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    question: str,
    user_id: UUID | None = None,
    skill: str | None = None,
    min_level: int = 1,
    urgency: Urgency = Urgency.NORMAL,
    within_minutes: int | None = None,
    media: Sequence[str] = (),
    excerpt: Sequence[Mapping[str, Any]] = (),
    consultation_id: UUID | None = None,
) -> UUID:
    """Ask a person, or whoever holds a skill, about an order; once for ever by its id.

    Those on duty are asked, or all holders when nobody is. Who is asked gets the question, what is shown of the checklist, and
    the order's number, title and kind: nothing else of the order.

    Raises:
        NotFound (work_order.unknown): no such order in the actor's scope.
        Forbidden (consultation.not_allowed): neither of those who do the order, nor a dispatcher over it.
        Conflict (consultation.over): the order is closed or cancelled; Conflict (consultation.id_reused).
        Invalid (consultation.nobody_named, consultation.person_unknown, consultation.skill_unknown, invalid): with the path.
    """
    book = open_book(uow, [order_id])
    order = book.find(order_id)
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if uow.actor.user_id not in book.holders_now(order_id) and not roles & (DISPATCHERS | {Role.ADMINISTRATOR}):
        raise errors.NOT_ALLOWED()
    asking = Asking(
        consultation_id or uow.new_id(),
        order,
        uow.actor.user_id,
        uow.now,
        question,
        user_id,
        skill,
        min_level,
        urgency,
        None if within_minutes is None else timedelta(minutes=within_minutes),
        tuple(media),
        tuple(excerpt),
    )
    known = uow.session.execute(select(Consultation.digest).where(Consultation.id == asking.id)).scalar_one_or_none()
    if known is not None:
        if known != asking.digest:
            raise errors.ID_REUSED(path="/id")
        return asking.id
    if order.status in TERMINAL:
        raise errors.OVER(f"the order is {order.status}")
    store_askings(uow, [asking], strict=True)
    _note(uow, book, order_id, ASK, asking.id, {"question": question, "skill": skill, "user_id": _text(user_id)})
    return asking.id


def answer(
    uow: UnitOfWork, *, consultation_id: UUID, text: str, media: Sequence[str] = (), answer_id: UUID | None = None
) -> UUID:
    """Answer a question; once for ever by its id. The first answer answers it, further ones are kept beside.

    Raises:
        NotFound (consultation.unknown): not in the actor's scope.
        Forbidden (consultation.not_allowed): neither asked, nor a dispatcher over the order.
        Conflict (consultation.over): accepted or closed already; Conflict (consultation.id_reused).
        Invalid (invalid): the text.
    """
    book, known = _open(uow, consultation_id)
    order = book.find(known.work_order_id)
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if uow.actor.user_id not in known.asked and not roles & (DISPATCHERS | {Role.ADMINISTRATOR}):
        raise errors.NOT_ALLOWED()
    given = Answering(
        answer_id or uow.new_id(),
        consultation_id,
        uow.actor.user_id,
        uow.now,
        text,
        tuple(media),
        uow.actor.device_id,
    )
    before = uow.session.execute(
        select(ConsultationAnswer.digest).where(ConsultationAnswer.id == given.id)
    ).scalar_one_or_none()
    if before is not None:
        if before != given.digest:
            raise errors.ID_REUSED(path="/id")
        return given.id
    after_end(known.state, known.state)
    store_answers(uow, {known.id: known}, [given])
    _note(uow, book, order.id, ANSWER, known.id, {"text": text, "answer_id": str(given.id)})
    return given.id


def accept(uow: UnitOfWork, *, consultation_id: UUID, answer_id: UUID, note: str | None = None) -> None:
    """Take an answer as the one that holds; the consultation is over. For whoever asked, or dispatches the order.

    Raises:
        NotFound (consultation.unknown); Forbidden (consultation.not_allowed); Conflict (consultation.over).
        Invalid (consultation.no_answer): not an answer to this question.
    """
    own = select(ConsultationAnswer.id).where(
        ConsultationAnswer.id == answer_id, ConsultationAnswer.consultation_id == consultation_id
    )
    _end(uow, consultation_id, State.ACCEPTED, note, own)


def close(uow: UnitOfWork, *, consultation_id: UUID, note: str | None = None) -> None:
    """End a consultation without an answer that holds. For whoever asked, or dispatches the order.

    Raises NotFound (consultation.unknown), Forbidden (consultation.not_allowed), Conflict (consultation.over).
    """
    _end(uow, consultation_id, State.CLOSED, note, None)


def _end(uow: UnitOfWork, consultation_id: UUID, target: State, note: str | None, own: Any) -> None:
    book, known = _open(uow, consultation_id)
    order = book.find(known.work_order_id)
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if uow.actor.user_id != known.asked_by and not roles & (DISPATCHERS | {Role.ADMINISTRATOR}):
        raise errors.NOT_ALLOWED()
    after_end(known.state, target)
    accepted_id = None if own is None else uow.session.scalar(own)
    if own is not None and accepted_id is None:
        raise errors.NO_ANSWER(path="/answer_id")
    note = optional_line(note, longest=200, path="/note")
    uow.session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(
            state=target.value,
            accepted_id=accepted_id,
            end_note=note,
            ended_at=uow.now,
            next_look_at=None,
            version=Consultation.version + 1,
            updated_at=uow.now,
        )
        .execution_options(synchronize_session=False)
    )
    announce(uow, known.region_id, known.id, [known.asked_by])
    announce(uow, known.region_id, known.id, known.asked - {known.asked_by}, "del", "archived")
    kind = ACCEPT if target is State.ACCEPTED else CLOSE
    _note(uow, book, order.id, kind, known.id, {"answer_id": _text(accepted_id), "note": note})


def _open(uow: UnitOfWork, consultation_id: UUID) -> tuple[OrderBook, Known]:
    """Open a consultation in the actor's scope, with its order: the order is locked first, here as everywhere.

    Who was asked does not see the order, and yet what they say stands on its timeline.
    """
    order_id = uow.session.scalar(
        select(Consultation.work_order_id).where(Consultation.id == consultation_id, in_scope(uow))
    )
    if order_id is None:
        raise errors.UNKNOWN()
    book = open_book(replace(uow, actor=system_actor()), [order_id])
    return book, load_known(uow, [consultation_id])[consultation_id]


def _note(
    uow: UnitOfWork, book: OrderBook, order_id: UUID, kind: str, consultation_id: UUID, data: Mapping[str, Any]
) -> None:
    about = {
        "consultation_id": str(consultation_id),
        **{key: value for key, value in data.items() if value is not None},
    }
    book.record(server_entry(uow, uow.new_id(), order_id, kind, about))
    write_book(replace(uow, actor=system_actor()), book)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
