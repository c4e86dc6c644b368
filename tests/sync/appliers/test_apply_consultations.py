"""Asking and answering offline: questions from who does the order, answers from who was asked, and from nobody else."""

from sqlalchemy import select

from dispatch.consultations import service
from dispatch.consultations.models import Consultation, ConsultationAnswer, ConsultationAsked
from dispatch.people import service as people
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.models import TimelineEntry
from kernel.actor import system_actor


def kinds(world, order_id) -> list[str]:
    with world.reading() as reading:
        return list(
            reading.session.scalars(
                select(TimelineEntry.kind)
                .where(TimelineEntry.work_order_id == order_id, TimelineEntry.kind.startswith("consultation."))
                .order_by(TimelineEntry.effective_at, TimelineEntry.id)
            )
        )


def test_a_question_and_its_answer_cross_offline(world):
    asker, expert, (order,) = world.phone(0), world.phone(1), world.orders()
    answered = asker.op("checklist.answer", order, {"item": "badge_shown", "value": True})
    question = {
        "question": "这样接对吗？",
        "user_id": str(expert.user_id),
        "items": ["badge_shown"],
        "urgency": "urgent",
    }
    ask = asker.op("consultation.ask", order, question, media=["photo-1"])
    asker.push(answered, ask)
    world.work()
    assert asker.statuses(ask) == [("applied", None)]
    expert.pull()
    assert expert.held("work_orders") == expert.held("checklists") == expert.held("sites") == {}
    (document,) = expert.held("consultations").values()
    assert (document["id"], document["question"], document["media"]) == (ask["id"], "这样接对吗？", ["photo-1"])
    assert [(one["item"], one["value"]) for one in document["excerpt"]] == [("badge_shown", True)]
    reply = expert.op("consultation.answer", order, {"consultation_id": ask["id"], "text": "反了，调换"})
    expert.push(reply)
    world.work()
    assert expert.statuses(reply) == [("applied", None)]
    asker.pull()
    (document,) = asker.held("consultations").values()
    assert (document["state"], [one["text"] for one in document["answers"]]) == ("answered", ["反了，调换"])
    assert kinds(world, order) == ["consultation.ask", "consultation.answer"]
    asker.push(ask)
    expert.push(reply)
    world.work()
    with world.reading() as reading:
        assert len(reading.session.scalars(select(ConsultationAnswer.id)).all()) == 1


def test_who_was_not_asked_answers_nothing_and_learns_nothing(world):
    asker, other, (order, elsewhere) = world.phone(0), world.phone(1), world.orders(2)
    with world.runtime.unit_of_work(system_actor()) as uow:
        key = service.ask(uow, order_id=order, question="?", user_id=world.technicians[0])
    ops = [
        other.op("consultation.answer", order, {"consultation_id": str(key), "text": "x"}),
        other.op("consultation.ask", order, {"question": "x", "user_id": str(asker.user_id)}),
        asker.op("consultation.answer", elsewhere, {"consultation_id": str(key), "text": "x"}),
    ]
    other.push(*ops[:2])
    asker.push(ops[2])
    world.work()
    assert other.statuses(*ops[:2]) == [("quarantined", "unknown-order")] * 2
    assert asker.statuses(ops[2]) == [("quarantined", "unknown-order")]
    assert kinds(world, order) == ["consultation.ask"]


def test_a_question_for_a_skill_that_nobody_holds_goes_up_and_a_bad_one_to_a_person(world):
    asker, (order,) = world.phone(0), world.orders()
    lost = asker.op("consultation.ask", order, {"question": "?", "skill": "magic"})
    bad = asker.op("consultation.ask", order, {"question": "?", "skill": "magic", "min_level": "much"})
    asker.push(lost, bad)
    world.work()
    assert asker.statuses(lost, bad) == [("applied", None), ("quarantined", "invalid")]
    with world.reading() as reading:
        rung, state = reading.session.execute(select(Consultation.rung, Consultation.state)).one()
        assert (rung, state) == ("above", "open")
        assert reading.session.scalars(select(ConsultationAsked.user_id)).all() == []


def test_skills_are_asked_offline_too(world):
    asker, expert, (order,) = world.phone(0), world.phone(1), world.orders()
    with world.runtime.unit_of_work(system_actor()) as uow:
        people.define_skill(uow, region_id=world.region_id, code="fibre", name="光纤")
        people.certify(uow, technician_id=expert.user_id, skill="fibre", level=4)
    asker.push(asker.op("consultation.ask", order, {"question": "?", "skill": "fibre", "min_level": 4}))
    world.work()
    expert.pull()
    assert len(expert.held("consultations")) == 1


def test_an_answer_after_the_end_is_kept_as_late_and_a_question_on_an_order_that_is_over_is_noted(world):
    asker, expert, (order,) = world.phone(0), world.phone(1), world.orders(work_type="errand")
    with world.runtime.unit_of_work(system_actor()) as uow:
        key = service.ask(uow, order_id=order, question="?", user_id=expert.user_id)
    expert.pull()
    reply = expert.op("consultation.answer", order, {"consultation_id": str(key), "text": "晚了"})
    with world.runtime.unit_of_work(system_actor()) as uow:
        service.close(uow, consultation_id=key)
    world.command(order, Command.CANCEL, reason="x")
    late = asker.op("consultation.ask", order, {"question": "?", "user_id": str(expert.user_id)})
    expert.push(reply)
    asker.push(late)
    world.work()
    assert expert.statuses(reply) == [("applied", "late")]
    assert asker.statuses(late) == [("no_op", "consultation.over")]
    expert.pull()
    assert expert.held("consultations") == {}
    with world.reading() as reading:
        assert reading.session.scalars(select(Consultation.state)).all() == ["closed"]
        assert reading.session.scalars(select(ConsultationAnswer.text)).all() == ["晚了"]
