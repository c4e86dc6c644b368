"""Reads and writes consultations in sets: for one request, or for all that came in from phones at once."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.accounts import queries as accounts
from dispatch.consultations import errors
from dispatch.consultations.book import Answering, Asking, ConsultationBook, Known
from dispatch.consultations.experts import above, asked_in
from dispatch.consultations.models import Consultation, ConsultationAnswer, ConsultationAsked
from dispatch.consultations.standing import NEXT, Rung, State, after_answer
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from kernel.bulk import insert_rows, update_rows
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import UnitOfWork

DOCUMENTS = "consultations"


def load_known(uow: UnitOfWork, consultation_ids: Collection[UUID]) -> dict[UUID, Known]:
    """Return these consultations, locked, with who was asked; whoever calls has locked their orders. Two statements at most."""
    if not consultation_ids:
        return {}
    names = ("id", "region_id", "work_order_id", "asked_by", "state", "within_seconds", "question")
    rows = uow.session.execute(
        select(*(getattr(Consultation, name) for name in names))
        .where(Consultation.id.in_(consultation_ids))
        .order_by(Consultation.id)
        .with_for_update()
    ).all()
    asked: dict[UUID, set[UUID]] = {}
    for key, user_id in uow.session.execute(
        select(ConsultationAsked.consultation_id, ConsultationAsked.user_id).where(
            ConsultationAsked.consultation_id.in_(consultation_ids)
        )
    ):
        asked.setdefault(key, set()).add(user_id)
    return {
        row.id: Known(
            row.id,
            row.region_id,
            row.work_order_id,
            row.asked_by,
            State(row.state),
            frozenset(asked.get(row.id, ())),
            row.within_seconds,
            row.question,
        )
        for row in rows
    }


def write_book(uow: UnitOfWork, book: ConsultationBook) -> None:
    """Write what came in from phones; a question for nobody known goes to whoever leads there. Nothing is refused."""
    store_askings(uow, book.askings)
    store_answers(uow, book.known, book.answers)


def store_askings(uow: UnitOfWork, askings: Sequence[Asking], *, strict: bool = False) -> None:
    """Write questions, and let those asked know. A constant number of statements, and one for each skill and region.

    Raises Invalid (consultation.person_unknown, consultation.skill_unknown) when `strict` and nobody fits.
    """
    if not askings:
        return
    found = asked_in(uow, askings)
    chains = above(uow, [one.order for one in askings if not found[one.id]])
    rows, asked, everybody = [], [], dict[UUID, tuple[UUID, ...]]()
    for one in askings:
        people, rung = found[one.id], Rung.EXPERT
        if strict and not people:
            raise errors.PERSON_UNKNOWN(path="/user_id") if one.skill is None else errors.SKILL_UNKNOWN(path="/skill")
        if not people:
            rung = Rung.LEADER if chains[one.order.group_id, Rung.LEADER] else Rung.ABOVE
            place = one.order.group_id if rung is Rung.LEADER else one.order.station_id
            people = [(user_id, True) for user_id in chains[place, rung]]
        everybody[one.id] = tuple(user_id for user_id, _ in people)
        rows.append(_row(uow, one, rung))
        asked += [asked_row(one.id, one.order.region_id, user_id, rung, uow, there) for user_id, there in people]
    insert_rows(uow.session, Consultation, rows)
    insert_rows(uow.session, ConsultationAsked, asked)
    for one in askings:
        announce(uow, one.order.region_id, one.id, (one.asked_by, *everybody[one.id]))
    names = accounts.contacts_of(uow, {one.asked_by for one in askings})
    tell(
        uow,
        [
            Notice(
                "consultations.asked",
                f"consultation:{one.id}:asked",
                everybody[one.id],
                {"number": one.order.number, "who": _name(names, one.asked_by), "question": one.question},
                one.order.region_id,
                urgent=one.urgency == "urgent",
            )
            for one in askings
        ],
    )


def _row(uow: UnitOfWork, one: Asking, rung: Rung) -> dict[str, Any]:
    order = one.order
    return {
        "id": one.id,
        "region_id": order.region_id,
        "station_id": order.station_id,
        "group_id": order.group_id,
        "zone_id": order.zone_id,
        "work_order_id": order.id,
        "asked_by": one.asked_by,
        "asked_at": one.at,
        "question": one.question,
        "media": list(one.media),
        "excerpt": [dict(each) for each in one.excerpt],
        "urgency": one.urgency.value,
        "skill": one.skill,
        "min_level": one.min_level,
        "state": State.OPEN.value,
        "within_seconds": int(one.waits.total_seconds()),
        "rung": rung.value,
        # From when the experts can know of it, not from when it was written down offline.
        "next_look_at": uow.now + one.waits if NEXT[rung] is not None else None,
        "version": 1,
        "updated_at": uow.now,
        "digest": one.digest,
    }


def asked_row(
    consultation_id: UUID, region_id: UUID, user_id: UUID, rung: Rung, uow: UnitOfWork, on_duty: bool
) -> dict[str, Any]:
    """Return that somebody was asked, as a row."""
    return {
        "consultation_id": consultation_id,
        "user_id": user_id,
        "region_id": region_id,
        "rung": rung.value,
        "on_duty": on_duty,
        "asked_at": uow.now,
    }


def store_answers(uow: UnitOfWork, known: Mapping[UUID, Known], answers: Sequence[Answering]) -> None:
    """Write answers and what they change, and let the askers know. Five statements at most, and those of the notices."""
    if not answers:
        return
    rows = [
        {
            "id": one.id,
            "consultation_id": one.consultation_id,
            "region_id": known[one.consultation_id].region_id,
            "user_id": one.user_id,
            "device_id": one.device_id,
            "text": one.text,
            "media": list(one.media),
            "effective_at": one.at,
            "recorded_at": uow.now,
            "digest": one.digest,
        }
        for one in answers
    ]
    insert_rows(uow.session, ConsultationAnswer, rows)
    changed = {}
    for one in answers:
        mine = known[one.consultation_id]
        state = after_answer(mine.state)
        if state is not mine.state:
            mine.state = state
            changed[mine.id] = {
                "id": mine.id,
                "state": state.value,
                "answered_at": one.at,
                "next_look_at": None,
            }
        announce(uow, mine.region_id, mine.id, (mine.asked_by, *mine.asked))
    update_rows(uow.session, Consultation, list(changed.values()), key=["id"])
    touch(uow, {one.consultation_id for one in answers})
    names = accounts.contacts_of(uow, {one.user_id for one in answers})
    tell(
        uow,
        [
            Notice(
                "consultations.answered",
                f"consultation:{one.id}:answered",
                (known[one.consultation_id].asked_by,),
                {
                    "question": known[one.consultation_id].question,
                    "who": _name(names, one.user_id),
                    "answer": one.text,
                },
                known[one.consultation_id].region_id,
            )
            for one in answers
        ],
    )


def touch(uow: UnitOfWork, consultation_ids: Collection[UUID]) -> None:
    """Count the versions of consultations up."""
    rows = uow.session.execute(
        select(Consultation.id, Consultation.version).where(Consultation.id.in_(consultation_ids))
    ).all()
    changed = [{"id": row.id, "version": row.version + 1, "updated_at": uow.now} for row in rows]
    update_rows(uow.session, Consultation, changed, key=["id"])


def announce(
    uow: UnitOfWork,
    region_id: UUID,
    consultation_id: UUID,
    user_ids: Collection[UUID],
    op: str = "put",
    reason: str | None = None,
) -> None:
    """Put a consultation into the feed of these people, or take it out of it."""
    uow.announce(
        Change(region_id, scope_of("user", user_id), DOCUMENTS, str(consultation_id), op, reason)
        for user_id in user_ids
    )


def _name(people: Mapping[UUID, accounts.Contact], user_id: UUID) -> str:
    """Return somebody's name; the product itself has none."""
    return people[user_id].name if user_id in people else "—"
