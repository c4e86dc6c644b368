"""Rounds: planned, changed from the next visit on, paused, resumed, ended; bad input is refused with its field."""

from datetime import date, timedelta

import pytest

from dispatch.rounds import queries
from dispatch.rounds.planning import MOST_A_YEAR
from dispatch.rounds.previewing import preview
from dispatch.rounds.service import change_round, step_round
from dispatch.rounds.standing import PlanState, Step, TargetKind
from dispatch.rounds.visits import OnHoliday
from dispatch.sla.service import add_calendar
from dispatch.territory import retiring
from dispatch.work_orders import queries as orders
from kernel.actor import Level, Role
from kernel.identifiers import new_id
from tests import factories
from tests.conftest import NOW
from tests.dispatch.rounds.scene import SUNDAY, refusal

MONDAY, NEXT_MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 30), date(2026, 11, 24)
WEEK = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def status(scene, order_id) -> str:
    return orders.order(scene.manager, order_id).row.status


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "round.never_fires", "/rule"),
        ({"rule": "FREQ=HOURLY"}, "round.too_often", "/rule"),
        ({"rule": "every day"}, "round.rule_wrong", "/rule"),
        ({"rule": "FREQ=DAILY", "window_minutes": 1441}, "round.window_wrong", "/window_minutes"),
        ({"window_minutes": 5}, "round.window_wrong", "/window_minutes"),
        ({"starts_on": date(1999, 1, 1)}, "invalid", "/starts_on"),
        ({"lead_days": 91}, "invalid", "/lead_days"),
        ({"title": " "}, "invalid", "/title"),
        ({"work_type": "x"}, "work_order.work_type_unknown", "/work_type"),
        ({"target_kind": TargetKind.SITE}, "round.targets_wrong", "/target_ids"),
        ({"target_kind": TargetKind.ASSET}, "round.targets_wrong", "/asset_kinds"),
        ({"target_ids": (new_id(),)}, "round.targets_wrong", "/target_ids/0"),
        ({"on_holiday": OnHoliday.SKIP}, "round.calendar_wrong", "/calendar_id"),
        ({"calendar_id": new_id()}, "sla.calendar_unknown", "/calendar_id"),
    ],
)
def test_what_makes_no_round_is_refused_with_its_field(scene, changes, code, path):
    assert refusal(scene.plan, **changes) == (code, [path])


def test_nobody_plans_where_they_do_not_dispatch_or_where_nothing_works(scene):
    zone = scene.beat.groups[0].zones[0]
    technician = factories.acting(scene.uow, scene.beat.groups[0].technicians[0])
    assert refusal(scene.plan, technician)[0] == "territory.group_unknown"
    agent = factories.acting_as(scene.uow, Role.AGENT, Level.STATION, scene.beat.station_id, scene.beat.region_id)
    assert refusal(scene.plan, agent)[0] == "forbidden"
    assert refusal(scene.plan, zone_id=None) == ("round.nowhere", ["/station_id"])
    elsewhere = scene.beat.groups[1].zones[0]
    assert refusal(scene.plan, target_ids=(elsewhere,)) == ("round.targets_wrong", ["/target_ids/0"])
    assert refusal(scene.plan, target_ids=(zone, zone)) == ("round.targets_wrong", ["/target_ids/1"])
    plan_id = scene.plan(zone_id=zone).plan_id
    retiring.retire(scene.uow, level=Level.ZONE, place_id=zone, size_reason="x")
    row = queries.round_of(scene.manager, plan_id).row
    assert (row.state, row.end_reason) == ("ended", "place_retired")
    assert refusal(scene.plan, zone_id=zone) == ("territory.retired", ["/zone_id"])


def test_a_plan_that_would_flood_the_station_is_refused(scene, monkeypatch):
    monkeypatch.setattr("dispatch.rounds.planning.MOST_A_YEAR", 700)
    assert MOST_A_YEAR == 100_000
    assert refusal(scene.plan, rule="FREQ=DAILY") == ("round.too_many", ["/rule"])


def test_a_command_takes_effect_once_for_ever_and_asks_for_the_version(scene):
    key, pause = new_id(), new_id()
    first = scene.plan(command_id=key)
    assert scene.plan(command_id=key) == first
    assert refusal(scene.plan, command_id=key, title="别的") == ("round.command_reused", ["/command_id"])
    step = {"plan_id": first.plan_id, "step": Step.PAUSE, "command_id": pause}
    done = step_round(scene.manager, **step)
    assert step_round(scene.manager, **step) == done
    assert (done.state, done.version) == (PlanState.PAUSED, 2)
    late = {"plan_id": first.plan_id, "expected_version": 1}
    assert refusal(step_round, scene.manager, step=Step.RESUME, **late)[0] == "stale"
    assert refusal(change_round, scene.manager, changes={}, **late)[0] == "stale"
    assert refusal(step_round, scene.manager, plan_id=first.plan_id, step=Step.PAUSE)[0] == "round.illegal"
    kinds = [one.kind for one in queries.events_of(scene.manager, first.plan_id, limit=10).items]
    assert kinds == ["plan", "pause"]


def test_a_change_counts_from_the_first_visit_without_orders_unless_these_are_taken_back(scene):
    plan_id = scene.plan().plan_id
    scene.generate()
    begun, waiting = scene.orders(plan_id)
    technician = scene.beat.groups[0].technicians[0]
    factories.commands(scene.uow, begun, technician, "accept", "depart")
    change_round(scene.manager, plan_id=plan_id, changes={"rule": "FREQ=WEEKLY;BYDAY=TU"})
    scene.generate()
    assert scene.visits(plan_id) == [(MONDAY, "due")] * 2 + [(TUESDAY, "due")] * 2
    outcome = change_round(scene.manager, plan_id=plan_id, changes={"title": "月检"}, withdraw=True, reason="改名")
    assert (outcome.withdrawn, status(scene, waiting), status(scene, begun)) == (3, "cancelled", "en_route")
    last = orders.timeline(scene.manager, waiting, limit=20).items[-1]
    assert (last.data["reason"], last.data["note"]) == ("plan_changed", "改名")
    scene.generate()
    by_day = scene.visits(plan_id)
    assert sorted(state for day, state in by_day if day == MONDAY) == ["due", "withdrawn"], "no Monday any more"
    assert [state for day, state in by_day if day == TUESDAY] == ["due", "due"], "planned anew under the same key"
    titles = {orders.order(scene.manager, key).row.title[:2] for key in scene.orders(plan_id)[-2:]}
    assert titles == {"月检"}


def test_what_falls_into_a_pause_is_not_caught_up(scene):
    plan_id = scene.plan(lead_days=0).plan_id
    step_round(scene.manager, plan_id=plan_id, step=Step.PAUSE)
    assert scene.generate(days=3) == 1
    scene.manager.now = NOW + timedelta(days=3)
    step_round(scene.manager, plan_id=plan_id, step=Step.RESUME)
    scene.generate(days=8)
    assert scene.visits(plan_id) == [(NEXT_MONDAY, "due")] * 2


def test_orders_of_a_pause_may_be_taken_back_and_come_again_with_its_end(scene):
    plan_id = scene.plan().plan_id
    scene.generate()
    pause = {"plan_id": plan_id, "step": Step.PAUSE, "withdraw": True}
    assert refusal(step_round, scene.manager, **pause) == ("invalid", ["/reason"])
    assert step_round(scene.manager, **pause, reason="台风").withdrawn == 2
    assert scene.visits(plan_id) == [(MONDAY, "withdrawn")] * 2
    step_round(scene.manager, plan_id=plan_id, step=Step.RESUME)
    scene.generate()
    assert scene.visits(plan_id) == [(MONDAY, "due")] * 2
    assert refusal(step_round, scene.manager, plan_id=plan_id, step=Step.END) == ("invalid", ["/reason"])
    step_round(scene.manager, plan_id=plan_id, step=Step.END, reason="停用")
    assert scene.generate(days=30) == 1
    assert refusal(change_round, scene.manager, plan_id=plan_id, changes={})[0] == "round.illegal"
    assert preview(scene.manager, plan_id, count=5).visits == ()


def test_a_preview_shows_what_holidays_move_and_what_nobody_knows_yet(scene):
    document = {"timezone": "Asia/Shanghai", "week": WEEK, "holidays": "CN"}
    calendar_id = add_calendar(scene.uow, region_id=scene.beat.region_id, code="cn", name="工作日", document=document)
    always = add_calendar(scene.uow, region_id=scene.beat.region_id, code="all", name="全天", document={})
    assert refusal(scene.plan, calendar_id=always) == ("round.calendar_wrong", ["/calendar_id"])
    plan_id = scene.plan(rule="FREQ=WEEKLY;BYDAY=SU", calendar_id=calendar_id, on_holiday=OnHoliday.NEXT).plan_id
    found = preview(scene.manager, plan_id, count=8)
    assert (found.timezone, found.targets) == ("Asia/Shanghai", 2)
    assert [(one.day, one.fate.value, one.start_at.isoformat()) for one in found.visits[:1]] == [
        (SUNDAY, "moved", "2026-11-23T00:00:00+00:00")
    ]
    beyond = [one for one in found.visits if one.day.year == 2027]
    assert {one.fate.value for one in beyond} == {"unknown"}, "that year's notice is not out, so nothing is guessed"
