import threading
from datetime import date, timedelta

import pytest

from dispatch.notifications.models import Notification
from dispatch.people import queries as people
from dispatch.people import service as people_service
from dispatch.people.certificates import queries, service
from dispatch.people.eligibility import SkillBar
from dispatch.people.events import SkillBarred
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from kernel.actor import Level, Role, system_actor
from tests import factories
from tests.dispatch.people.refusing import refusal, refused_at

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


@pytest.fixture
def here(uow):
    return factories.places(uow)


@pytest.fixture
def ann(uow, here):
    return factories.technician(uow, here, name="Ann", skills={"catv": 3, "fibre": 2})


@pytest.fixture
def manager(uow, here):
    return factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)


def exam(who, passed, on=TODAY, **more):
    return {"technician_id": who, "skill": "catv", "taken_on": on, "passed": passed, **more}


def bars(uow, who, skill="catv"):
    return next(one.bars for one in people.technician(uow, who).skills if one.skill == skill)


def test_a_failed_exam_bars_until_one_is_passed(uow, ann, manager):
    service.record_exam(manager, **exam(ann, False, score=41, examiner="省公司"))
    assert bars(uow, ann) == (SkillBar.EXAM_FAILED,)
    assert bars(uow, ann, "fibre") == ()
    service.record_exam(manager, **exam(ann, False))
    service.record_exam(manager, **exam(ann, True))
    assert bars(uow, ann) == ()
    rows = queries.page_of_bars(uow, ann, limit=9).items
    assert [(row.kind, row.lifted_why) for row in rows] == [(SkillBar.EXAM_FAILED, "passed on 2026-11-22")]
    assert [row.passed for row in queries.page_of_exams(uow, ann, limit=9).items] == [True, False, False]


def test_the_latest_exam_by_its_day_counts_in_whatever_order_they_are_recorded(uow, ann, manager):
    service.record_exam(manager, **exam(ann, True, TODAY))
    service.record_exam(manager, **exam(ann, False, TODAY - 9 * DAY))
    assert bars(uow, ann) == ()
    service.record_exam(manager, **exam(ann, False, TODAY))
    service.record_exam(manager, **exam(ann, True, TODAY - DAY))
    assert bars(uow, ann) == (SkillBar.EXAM_FAILED,)


def test_certifying_anew_is_no_way_around_a_failed_exam(uow, ann, manager):
    service.record_exam(manager, **exam(ann, False))
    people_service.certify(manager, technician_id=ann, skill="catv", level=5)
    assert bars(uow, ann) == (SkillBar.EXAM_FAILED,)
    people_service.withdraw_skill(manager, technician_id=ann, skill="catv")
    people_service.certify(manager, technician_id=ann, skill="catv", level=5)
    assert bars(uow, ann) == (SkillBar.EXAM_FAILED,)


def test_the_same_exam_is_recorded_once(uow, ann, manager):
    key = uow.new_id()
    for _ in range(2):
        assert service.record_exam(manager, **exam(ann, True, exam_id=key)) == key
    assert len(queries.page_of_exams(uow, ann, limit=9, skill="catv").items) == 1
    assert queries.page_of_exams(uow, ann, limit=9, skill="fibre").items == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"skill": "juggling"}, ("people.skill_unknown", ["/skill"])),
        ({"score": 101}, ("people.score_wrong", ["/score"])),
        ({"score": -1}, ("people.score_wrong", ["/score"])),
        ({"taken_on": TODAY + DAY}, ("people.in_the_future", ["/taken_on"])),
        ({"note": "x" * 501}, ("invalid", ["/note"])),
    ],
)
def test_an_unusable_exam_is_refused_with_its_path(ann, manager, change, expected):
    assert refused_at(service.record_exam, manager, **(exam(ann, True) | change)) == expected


def test_retraining_bars_until_it_is_recorded(uow, here, ann, manager):
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    territory.appoint(uow, place_id=here.group_id, kind=DutyKind.GROUP_LEADER, user_id=leader.actor.user_id)
    events = []
    leader.handlers = {SkillBarred: (lambda _, event: events.append(event),)}
    asked = {"technician_id": ann, "skill": "catv"}
    uow.changes.clear()
    assert service.bar_from_skill(leader, **asked, reason="three fault records")
    assert not service.bar_from_skill(leader, **asked, reason="once more")
    assert [(event.skill, event.kind) for event in events] == [("catv", "retraining")]
    assert [one.id for one in uow.changes] == [str(ann)]
    assert bars(uow, ann) == (SkillBar.RETRAINING,)
    service.record_exam(manager, **exam(ann, True))
    assert bars(uow, ann) == (SkillBar.RETRAINING,)
    assert refusal(service.record_retraining, leader, **asked, note="x").code == "forbidden"
    service.record_retraining(manager, **asked, note="两天脱产培训")
    assert bars(uow, ann) == ()
    assert refused_at(service.record_retraining, manager, **asked, note="x") == ("people.not_barred", ["/skill"])
    told = {(row.recipient_id, row.template) for row in uow.session.query(Notification).all()}
    assert told == {(who, kind) for who in (ann, leader.actor.user_id) for kind in ("people.barred", "people.unbarred")}


def test_both_bars_stand_side_by_side(uow, ann, manager):
    service.record_exam(manager, **exam(ann, False))
    service.bar_from_skill(manager, technician_id=ann, skill="catv", reason="x")
    assert set(bars(uow, ann)) == {SkillBar.EXAM_FAILED, SkillBar.RETRAINING}
    service.record_retraining(manager, technician_id=ann, skill="catv", note="x")
    assert bars(uow, ann) == (SkillBar.EXAM_FAILED,)


@pytest.mark.parametrize("role", [Role.AGENT, Role.GROUP_LEADER, Role.TECHNICIAN])
def test_exams_are_recorded_by_managers_alone(uow, here, ann, role):
    mine = factories.acting_as(uow, role, Level.STATION, here.station_id, here.region_id)
    expected = "people.unknown" if role is Role.TECHNICIAN else "forbidden"
    assert refusal(service.record_exam, mine, **exam(ann, True)).code == expected
    retrained = {"technician_id": ann, "skill": "catv", "note": "x"}
    assert refusal(service.record_retraining, mine, **retrained).code == expected
    if role is not Role.GROUP_LEADER:
        refused = refusal(service.bar_from_skill, mine, technician_id=ann, skill="catv", reason="x")
        assert refused.code == expected


def test_two_who_bar_at_once_make_one_bar(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        who = factories.technician(uow, factories.places(uow), skills={"catv": 1})
    made = []
    gate = threading.Barrier(2)

    def bar():
        gate.wait()
        with runtime.unit_of_work(system_actor()) as unit:
            made.append(service.bar_from_skill(unit, technician_id=who, skill="catv", reason="x"))

    threads = [threading.Thread(target=bar) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, True]
