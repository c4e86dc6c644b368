"""Consultations: asked of a person or a skill, answered, accepted and closed, and what is lent of the order for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.consultations import queries, service
from dispatch.consultations.standing import State, Urgency
from dispatch.notifications.models import Notification
from dispatch.people import service as people
from dispatch.people.models import AbsenceRow
from dispatch.work_orders import queries as orders
from dispatch.work_orders.crews import add_crew_members
from dispatch.work_orders.lifecycle import Command
from kernel.bulk import insert_rows
from kernel.identifiers import new_id
from tests import factories
from tests.conftest import NOW
from tests.dispatch.incidents.scene import refusal
from tests.statements import recorded


@pytest.fixture
def order_id(scene):
    return scene.order(technician=scene.technicians[0], description="密码 1234")


@pytest.fixture
def me(scene):
    return factories.acting(scene.uow, scene.technicians[0])


@pytest.fixture
def expert(scene):
    """Somebody of the other group, who sees nothing of the order."""
    return factories.acting(scene.uow, scene.technicians[2])


def skilled(scene, user_id, level=3, **more):
    people.define_skill(scene.uow, region_id=scene.home.region_id, code="fibre", name="光纤")
    people.certify(scene.uow, technician_id=user_id, skill="fibre", level=level, **more)


def kinds(scene, order_id):
    return [one.kind for one in orders.timeline(scene.manager, order_id, limit=50).items]


def test_a_person_is_asked_answers_and_the_answer_is_accepted(scene, order_id, me, expert):
    key = service.ask(
        me, order_id=order_id, question="光功率 -30，正常吗？", user_id=expert.actor.user_id, media=["photo-1"]
    )
    found = queries.consultation(expert, key)
    assert (found.row.state, found.row.question, found.row.media) == ("open", "光功率 -30，正常吗？", ["photo-1"])
    assert (found.order.title, found.order.work_type, found.asker) == ("无信号", "cable_fault", "周强")
    answer_id = service.answer(expert, consultation_id=key, text="偏低，检查熔接点")
    found = queries.consultation(me, key)
    assert (found.row.state, found.row.answered_at, found.row.next_look_at) == ("answered", NOW, None)
    assert [(one.id, one.name, one.text) for one in found.answers] == [(answer_id, "郑爽", "偏低，检查熔接点")]
    service.accept(me, consultation_id=key, answer_id=answer_id, note="有效")
    found = queries.consultation(me, key)
    assert (found.row.state, found.row.accepted_id, found.row.ended_at) == ("accepted", answer_id, NOW)
    assert kinds(scene, order_id)[-3:] == ["consultation.ask", "consultation.answer", "consultation.accept"]
    said = orders.timeline(scene.manager, order_id, limit=50).items[-2]
    assert (said.user_id, said.data["text"]) == (expert.actor.user_id, "偏低，检查熔接点")


def test_who_is_asked_sees_the_question_and_nothing_else_of_the_order(scene, order_id, me, expert):
    key = service.ask(me, order_id=order_id, question="?", user_id=expert.actor.user_id)
    assert refusal(orders.order, expert, order_id)[0] == "work_order.unknown"
    assert orders.order_documents(expert, [order_id]) == {}
    shown = repr(queries.documents(expert, [key]))
    assert "密码" not in shown
    assert str(key) in shown
    service.close(me, consultation_id=key)
    assert refusal(queries.consultation, expert, key)[0] == "consultation.unknown"
    assert queries.documents(expert, [key]) == {}
    assert list(queries.documents(me, [key])) == [str(key)]


def test_a_skill_asks_those_who_hold_it_well_enough_and_are_on_duty(scene, order_id, me):
    near, far, away, weak, expired = (
        scene.technicians[1],
        scene.technicians[2],
        factories.technician(scene.uow, scene.home, name="外出"),
        factories.technician(scene.uow, scene.home, name="新手"),
        factories.technician(scene.uow, scene.home, name="过期"),
    )
    for user_id, level in ((near, 3), (far, 5), (away, 5), (weak, 1), (scene.technicians[0], 5)):
        skilled(scene, user_id, level)
    skilled(scene, expired, 5, valid_until=(NOW - timedelta(days=3)).date())
    absence = {
        "id": new_id(),
        "region_id": scene.home.region_id,
        "technician_id": away,
        "kind": "leave",
        "start_at": NOW - timedelta(hours=1),
        "end_at": NOW + timedelta(hours=1),
        "status": "approved",
        "requested_by": away,
        "requested_at": NOW,
    }
    insert_rows(scene.uow.session, AbsenceRow, [absence])
    key = service.ask(me, order_id=order_id, question="?", skill="fibre", min_level=3)
    asked = {one.user_id: one for one in queries.consultation(me, key).asked}
    assert set(asked) == {near, far}
    assert all(one.on_duty and one.rung == "expert" for one in asked.values())


def test_all_holders_are_asked_when_none_is_on_duty(scene, order_id, me):
    skilled(scene, scene.technicians[1])
    absence = {
        "id": new_id(),
        "region_id": scene.home.region_id,
        "technician_id": scene.technicians[1],
        "kind": "leave",
        "start_at": NOW - timedelta(hours=1),
        "end_at": NOW + timedelta(hours=1),
        "status": "approved",
        "requested_by": scene.technicians[1],
        "requested_at": NOW,
    }
    insert_rows(scene.uow.session, AbsenceRow, [absence])
    key = service.ask(me, order_id=order_id, question="?", skill="fibre")
    (one,) = queries.consultation(me, key).asked
    assert (one.user_id, one.on_duty) == (scene.technicians[1], False)


def test_what_cannot_be_asked_is_refused_with_its_field(scene, order_id, me, expert):
    other = expert.actor.user_id
    stranger = factories.user(scene.uow, region_id=factories.places(scene.uow).region_id)
    wrong = [
        ({}, "consultation.nobody_named", "/skill"),
        ({"user_id": other, "skill": "fibre"}, "consultation.nobody_named", "/skill"),
        ({"user_id": stranger}, "consultation.person_unknown", "/user_id"),
        ({"user_id": me.actor.user_id}, "consultation.person_unknown", "/user_id"),
        ({"skill": "magic"}, "consultation.skill_unknown", "/skill"),
        ({"user_id": other, "question": " "}, "invalid", "/question"),
        ({"user_id": other, "min_level": 6}, "invalid", "/min_level"),
        ({"user_id": other, "within_minutes": 0}, "invalid", "/within_minutes"),
    ]
    for changes, code, path in wrong:
        asked = {"order_id": order_id, "question": "?", **changes}
        assert refusal(service.ask, me, **asked) == (code, [path]), changes
    scene.ask(order_id, Command.CANCEL, reason="x")
    assert refusal(service.ask, me, order_id=order_id, question="?", user_id=other)[0] == "consultation.over"


def test_those_who_do_the_order_and_dispatch_it_ask_and_nobody_else(scene, order_id, expert):
    member = factories.acting(scene.uow, scene.technicians[1])
    asked = {"order_id": order_id, "question": "?", "user_id": expert.actor.user_id}
    assert refusal(service.ask, member, **asked)[0] == "work_order.unknown"
    add_crew_members(scene.uow, order_id=order_id, user_ids=[scene.technicians[1]])
    for who in (member, scene.leader, scene.manager):
        service.ask(who, **asked)
    assert refusal(service.ask, scene.other_leader, **asked)[0] == "work_order.unknown"


def test_those_asked_and_dispatchers_answer_and_the_asker_ends_it(scene, order_id, me, expert):
    key = service.ask(me, order_id=order_id, question="?", user_id=expert.actor.user_id)
    assert refusal(service.answer, me, consultation_id=key, text="x")[0] == "consultation.not_allowed"
    assert refusal(service.answer, scene.other_leader, consultation_id=key, text="x")[0] == "consultation.unknown"
    first = service.answer(expert, consultation_id=key, text="甲")
    second = service.answer(scene.leader, consultation_id=key, text="乙")
    assert {one.id for one in queries.consultation(me, key).answers} == {first, second}
    assert refusal(service.close, expert, consultation_id=key)[0] == "consultation.not_allowed"
    assert refusal(service.accept, me, consultation_id=key, answer_id=new_id()) == (
        "consultation.no_answer",
        ["/answer_id"],
    )
    service.accept(scene.leader, consultation_id=key, answer_id=second)
    for call, more in ((service.answer, {"text": "丙"}), (service.close, {}), (service.accept, {"answer_id": first})):
        assert refusal(call, scene.leader, consultation_id=key, **more)[0] == "consultation.over"
    assert queries.consultation(expert, key).row.state == "accepted", "who answered sees what became of it"


def test_questions_and_answers_take_effect_once_by_their_ids(scene, order_id, me, expert):
    key, answer_id = new_id(), new_id()
    asked = {"order_id": order_id, "question": "?", "user_id": expert.actor.user_id, "consultation_id": key}
    assert service.ask(me, **asked) == service.ask(me, **asked) == key
    assert refusal(service.ask, me, **{**asked, "question": "!"})[0] == "consultation.id_reused"
    given = {"consultation_id": key, "text": "甲", "answer_id": answer_id}
    assert service.answer(expert, **given) == service.answer(expert, **given) == answer_id
    assert refusal(service.answer, expert, **{**given, "text": "乙"})[0] == "consultation.id_reused"
    assert kinds(scene, order_id).count("consultation.ask") == 1
    assert kinds(scene, order_id).count("consultation.answer") == 1


def test_phones_of_the_asker_and_of_those_asked_hold_it_while_it_is_under_way(scene, order_id, me, expert):
    mine, theirs = f"user:{me.actor.user_id}", f"user:{expert.actor.user_id}"
    scene.uow.changes.clear()
    key = service.ask(me, order_id=order_id, question="?", user_id=expert.actor.user_id)

    def told():
        return {(one.scope, one.op) for one in scene.uow.changes if one.type == "consultations" and one.id == str(key)}

    assert told() == {(mine, "put"), (theirs, "put")}
    scene.uow.changes.clear()
    service.close(me, consultation_id=key)
    assert told() == {(mine, "put"), (theirs, "del")}


def test_people_are_told_of_questions_and_answers(scene, order_id, me, expert):
    key = service.ask(me, order_id=order_id, question="紧急！", user_id=expert.actor.user_id, urgency=Urgency.URGENT)
    service.answer(expert, consultation_id=key, text="甲")
    rows = scene.uow.session.execute(
        select(Notification.template, Notification.recipient_id, Notification.urgent)
    ).all()
    assert {tuple(row) for row in rows} == {
        ("consultations.asked", expert.actor.user_id, True),
        ("consultations.answered", me.actor.user_id, False),
    }


def test_lists_show_what_one_sees_asked_and_is_asked(scene, order_id, me, expert):
    key = service.ask(me, order_id=order_id, question="?", user_id=expert.actor.user_id)
    other = service.ask(scene.leader, order_id=order_id, question="??", user_id=expert.actor.user_id)
    for who in (me, expert, scene.leader, scene.manager):
        assert {one.id for one in queries.page_of_consultations(who, limit=9).items} == {key, other}
    assert queries.page_of_consultations(scene.other_leader, limit=9).items == ()
    mine = queries.page_of_consultations(expert, limit=9, asked_of_me=True)
    assert len(mine.items) == 2
    assert queries.page_of_consultations(me, limit=9, asked_of_me=True).items == ()
    service.close(scene.leader, consultation_id=other)
    assert [one.id for one in queries.page_of_consultations(expert, limit=9).items] == [key]
    open_ones = queries.page_of_consultations(me, limit=9, states=[State.OPEN], work_order_id=order_id)
    assert [one.id for one in open_ones.items] == [key]
    with recorded(scene.uow.session) as statements:
        queries.page_of_consultations(me, limit=9)
    assert len(statements) == 1
