"""What is recorded at an order: well-formed ops, and what may be expected of each."""

import random

import pytest

from bench.simulator.answering import questions
from bench.simulator.asking import shown_keys
from bench.simulator.charging import PLAIN, line
from bench.simulator.checklist import STEPS
from bench.simulator.signing import beside, digest, link, snapshot
from bench.simulator.visit import APPLIED, QUARANTINED, REVIEWED, Diary, Visit
from checklists.runs.progress import measure
from checklists.runs.visibility import look
from checklists.templates.form import read_published
from sync.appliers.registry import TYPES
from tests.bench.simulator.peers import hand_out, phone


@pytest.fixture
def one():
    made = phone("http://127.0.0.1:1")
    hand_out(made, "order-1")
    yield made
    made.journal.close()


@pytest.fixture
def diary():
    return Diary()


@pytest.fixture
def visit(one, diary):
    return Visit(one, diary, random.Random("visit"), "order-1")


def bodies(one, kind=None):
    return [op.body for op in one.journal.ops() if kind in (None, op.body["type"])]


def test_every_op_names_its_order_and_its_assignment(one, visit):
    visit.command("accept")
    visit.wander()
    visit.look_around()
    visit.spent_time()
    visit.answer_all()
    visit.sign()
    assert {(body["work_order_id"], body["assignment_id"]) for body in bodies(one)} == {
        ("order-1", "assignment of order-1")
    }


def test_every_op_is_of_a_known_type_with_the_data_that_it_needs(one, visit):
    visit.command("hold", reason="x")
    for _ in range(20):
        visit.look_around()
    visit.wander()
    visit.spent_time()
    visit.answer_all()
    visit.sign()
    for body in bodies(one):
        assert all(body["data"].get(name) is not None for name in TYPES[body["type"]].needs)


def test_an_answer_builds_on_the_one_before_and_settles_those_beside_it(one, diary):
    run = one.journal.doc("checklists", "run of order-1")
    run["answers"] = {"met": {"value": "x", "base": "earlier", "settles": ["other"]}}
    one.journal.put("checklists", "run of order-1", run)
    visit = Visit(one, diary, random.Random("visit"), "order-1")
    met = next(question for question in questions({"steps": STEPS}) if question.key == "met")
    visit.answer(met, "y")
    visit.answer(met, "z")
    first, second = bodies(one, "checklist.answer")
    assert (first["base"], first["data"]) == ("earlier", {"item": "met", "value": "y", "settles": ["other"]})
    assert (second["base"], second["data"]) == (first["id"], {"item": "met", "value": "z"})
    assert (first["entity_id"], first["template"]["id"]) == ("run of order-1", "template")


def test_everything_required_is_answered_once(one, visit):
    visit.answer_all("identity", "environment", "tools")
    visit.answer_all()
    answered = [body["data"]["item"] for body in bodies(one, "checklist.answer")]
    values = {body["data"]["item"]: body["data"]["value"] for body in bodies(one, "checklist.answer")}
    checklist = read_published(STEPS)
    assert len(set(answered)) == len(answered)
    assert set(answered) <= look(checklist, values).shown
    photos = {body["data"]["item"]: len(body.get("media") or ()) for body in bodies(one, "checklist.answer")}
    assert measure(checklist, values, signed=True, photos=photos).missing == ()
    assert not visit.open_questions("tools")


def test_what_is_asked_for_depends_on_what_was_answered(one, visit):
    asked = {question.key: question for question in questions({"steps": STEPS})}
    open_now = {question.key for question in visit.open_questions()}
    assert "cause_words" not in open_now
    assert "mind_the_cable" not in open_now
    visit.answer(asked["cause"], "other")
    assert "cause_words" in {question.key for question in visit.open_questions()}
    (serial,) = [visit.answer(asked["serial"], "STB1") or bodies(one)[-1]]
    assert len(serial["media"]) == 1


def test_the_customer_signs_what_this_phone_shows(one, visit):
    visit.command("arrive")
    visit.answer_all()
    while not bodies(one, "fee.add"):
        visit.charge()
    visit.sign()
    (signed,) = bodies(one, "checklist.sign_off")
    data = signed["data"]
    own = {body["data"]["item"]: body["data"]["value"] for body in bodies(one, "checklist.answer")}
    (arrived,) = (body["occurred_at"] for body in bodies(one, "work_order.arrive"))
    lines = [line(body["id"], body["data"], PLAIN) for body in bodies(one, "fee.add")]
    times = {"arrived_at": arrived, "completed_at": data["completed_at"]}
    assert data["photos"]
    assert data["signed_digest"] == digest(
        snapshot(
            visit.run, own, shown_keys(visit.template, own), beside(visit.order, PLAIN, lines, times, data["photos"])
        )
    )
    assert data.get("signer_name") or data.get("refused_reason")


def test_each_sign_off_carries_the_link_of_the_one_before(one, visit):
    visit.answer_all()
    visit.sign()
    visit.sign()
    first, second = bodies(one, "checklist.sign_off")
    assert first["data"]["previous"] is None
    assert second["data"]["previous"] == link(first["id"], "order-1", first["data"])


def test_the_diary_knows_what_may_become_of_each_op(one, visit, diary):
    visit.command("accept")
    visit.command("depart", REVIEWED)
    visit.mumble()
    visit.promise("completed")
    assert list(diary.outcomes.values()) == [APPLIED, REVIEWED, QUARANTINED]
    assert diary.promises == {"order-1": "completed"}


def test_an_order_without_a_checklist_has_nothing_to_answer_or_sign(one, diary):
    one.journal.drop("checklists", "run of order-1")
    visit = Visit(one, diary, random.Random("visit"), "order-1")
    visit.answer_all()
    visit.sign()
    assert bodies(one) == []
