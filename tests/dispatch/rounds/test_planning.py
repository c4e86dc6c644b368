"""What is wanted of a round is checked before anything is stored; each refusal names its field."""

from datetime import date

import pytest

from dispatch.rounds import queries
from dispatch.rounds.planning import MOST_A_YEAR
from dispatch.rounds.standing import TargetKind
from dispatch.rounds.visits import OnHoliday
from dispatch.territory import retiring
from kernel.actor import Level, Role
from kernel.identifiers import new_id
from tests import factories
from tests.dispatch.rounds.scene import refusal


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
