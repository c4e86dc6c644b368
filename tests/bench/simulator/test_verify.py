"""Whatever is not as it must be is found, and named for what it is."""

from collections import Counter

import pytest

from bench.simulator.day import Day
from bench.simulator.scene import Player
from bench.simulator.verify import (
    Effects,
    Findings,
    check_effects,
    check_nothing_else,
    check_promises,
    check_receipts,
    check_view,
)
from bench.simulator.visit import APPLIED, EITHER
from tests.bench.simulator.peers import Server, phone

NOTE = {"work_order_id": "o", "data": {"text": "x"}}


class Seen:
    """What a user's own API view shows: these orders, and 404 for all others."""

    def __init__(self, *orders, status=404):
        self.orders = orders
        self.status = status

    def pages(self, _path):
        return [{"id": order_id} for order_id in self.orders]

    def status_of(self, _path):
        return self.status


@pytest.fixture
def server(noting):
    noting.script = Server()
    return noting.script


@pytest.fixture
def one(noting, server):
    made = phone(noting.url)
    yield made
    made.hang_up()
    made.journal.close()


@pytest.fixture
def findings():
    return Findings()


def entry(key, kind="log.note", data=None, device="device-1"):
    return {"id": key, "kind": kind, "device_id": device, "data": NOTE["data"] if data is None else data}


def effects_of(*entries, **more):
    counted = Counter(one["id"] for one in entries)
    return Effects(timeline=counted, entries={one["id"]: one for one in entries}, **more)


def settled(one, kind="log.note", **members):
    key = one.record(kind, **(members or NOTE))
    one.settle()
    return key


def test_an_op_with_its_receipt_and_its_effect_is_as_it_must_be(one, findings):
    key = settled(one)
    check_receipts(findings, one, {key: APPLIED})
    check_effects(findings, one, effects_of(entry(key)))
    assert findings.clean
    assert findings.checked["ops"] == 1


def test_an_op_that_the_server_does_not_know_is_lost(one, server, findings):
    key = settled(one)
    del server.ops[key]
    check_receipts(findings, one, {key: APPLIED})
    assert "not known to the server" in findings.lost[0]


def test_an_op_without_a_receipt_is_lost(one, server, findings):
    server.put = lambda *_: None
    key = one.record("log.note", **NOTE)
    one.push()
    check_receipts(findings, one, {key: APPLIED})
    assert "has no receipt" in findings.lost[0]


def test_an_outcome_that_nobody_expected_is_wrong(one, server, findings):
    key = settled(one)
    server.put("receipts", key, {"outcome": "needs_review", "code": "work_order.illegal"})
    one.pull()
    check_receipts(findings, one, {key: EITHER})
    assert len(findings.wrong) == 1
    assert not findings.lost


def test_an_effect_that_is_missing_twice_there_or_another_is_found(one, findings):
    key = settled(one)
    check_effects(findings, one, effects_of())
    assert "has no effect on the timeline" in findings.lost[0]
    check_effects(findings, one, effects_of(entry(key), entry(key)))
    assert "2 effects" in findings.doubled[0]
    for other in (entry(key, kind="log.photo"), entry(key, data={"text": "y"}), entry(key, device="device-9")):
        check_effects(findings, one, effects_of(other))
    assert len(findings.wrong) == 3


def test_what_was_quarantined_must_have_no_effect(one, server, findings):
    key = settled(one)
    server.put("receipts", key, {"outcome": "quarantined", "code": "unknown-type"})
    one.pull()
    check_effects(findings, one, effects_of())
    assert findings.clean
    check_effects(findings, one, effects_of(entry(key)))
    assert len(findings.doubled) == 1


def test_answers_and_signatures_are_looked_for_in_the_checklist(one, findings):
    answer = settled(one, "checklist.answer", work_order_id="o", data={"item": "met", "value": 1})
    signature = settled(one, "checklist.sign_off", work_order_id="o", data={"signed_digest": "00"})
    there = effects_of(
        entry(signature, "checklist.sign_off", {"signed_digest": "00"}),
        answers=Counter({answer: 1}),
        signatures=Counter({signature: 1}),
    )
    check_effects(findings, one, there)
    assert findings.clean
    check_effects(findings, one, effects_of(entry(signature, "checklist.sign_off", {"signed_digest": "00"})))
    assert [line.rsplit(" ", 1)[1] for line in findings.lost] == ["checklist", "sign-offs"]


def test_what_no_phone_recorded_is_an_effect_too_many(one, findings):
    key = settled(one)
    day = Day(0, one, one, None)
    stray = effects_of(entry(key), entry("stray"), entry("desk", device=None), answers=Counter({"strange": 1}))
    check_nothing_else(findings, [day], stray)
    assert len(findings.doubled) == 2


def test_an_order_in_another_state_than_promised_is_wrong(one, findings):
    day = Day(0, one, one, None)
    day.diary.promises = {"o": "completed", "p": "open"}
    orders = {"o": {"status": "in_progress", "assignee_id": "me"}, "p": {"status": "open", "assignee_id": None}}
    check_promises(findings, day, Effects(orders=orders), "me")
    assert findings.wrong == ["order o is in_progress, not completed"]


def test_a_declined_order_may_be_with_somebody_else_and_not_with_who_declined_it(one, findings):
    day = Day(0, one, one, None)
    day.diary.promises = {"o": "open", "p": "open"}
    orders = {key: {"status": "assigned", "assignee_id": who} for key, who in (("o", "me"), ("p", "another"))}
    check_promises(findings, day, Effects(orders=orders), "me")
    assert findings.wrong == ["order o is assigned, not open"]


ORDER = {"status": "assigned", "assignment_id": "a", "version": 2, "number": "n", "title": "t", "site_id": "s"}


@pytest.fixture
def scene(one):
    """A phone that holds exactly what it should, and what the server says about that."""
    for kind, key, doc in (
        ("work_orders", "o", ORDER),
        ("checklists", "r", {"id": "r", "work_order_id": "o", "version": 1}),
        ("sites", "s", {}),
        ("me", "u", {}),
    ):
        one.journal.put(kind, key, doc)
    effects = Effects(
        orders={"o": ORDER | {"assignee_id": "u"}, "other": ORDER | {"assignee_id": "v"}},
        runs={"o": {"id": "r", "work_order_id": "o", "version": 1}, "other": {"id": "q", "version": 1}},
    )
    return Day(0, one, one, None), Player("u", "login", "z"), effects


def view(findings, scene, office=None):
    day, player, effects = scene
    check_view(findings, office or Seen("o"), player, day, effects, stranger=Player("v", "w", "z", orders=["other"]))


def test_a_phone_that_holds_exactly_what_its_user_may_see_is_as_it_must_be(findings, scene):
    view(findings, scene)
    assert findings.clean


@pytest.mark.parametrize(
    ("kind", "key"),
    [("work_orders", "other"), ("checklists", "q"), ("sites", "elsewhere"), ("me", "v"), ("receipts", "stranger's")],
)
def test_a_document_of_somebody_else_is_a_leak(findings, scene, one, kind, key):
    one.journal.put(kind, key, ORDER | {"id": key, "work_order_id": "other", "version": 1})
    view(findings, scene)
    assert findings.leaked


def test_a_conflict_about_somebody_elses_op_is_a_leak(findings, scene, one):
    one.journal.put("conflicts", "c", {"op_id": "not mine"})
    view(findings, scene)
    assert findings.leaked


@pytest.mark.parametrize(("kind", "key"), [("work_orders", "o"), ("checklists", "r"), ("sites", "s")])
def test_a_document_that_is_missing_is_lost(findings, scene, one, kind, key):
    one.journal.drop(kind, key)
    view(findings, scene)
    assert findings.lost


@pytest.mark.parametrize("kind", ["work_orders", "checklists"])
def test_a_document_that_is_not_the_newest_is_wrong(findings, scene, one, kind):
    ((key, doc),) = one.journal.docs(kind).items()
    one.journal.put(kind, key, doc | {"version": 0})
    view(findings, scene)
    assert findings.wrong


def test_the_api_must_show_the_own_orders_and_refuse_all_others(findings, scene):
    view(findings, scene, Seen("o", "other"))
    assert len(findings.leaked) == 1
    view(findings, scene, Seen())
    assert len(findings.lost) == 1
    view(findings, scene, Seen("o", status=200))
    assert len(findings.leaked) == 3
