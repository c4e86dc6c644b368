"""What comes next is shown before any order is made."""

from dispatch.rounds.previewing import preview
from dispatch.rounds.visits import OnHoliday
from dispatch.sla.service import add_calendar
from tests.dispatch.rounds.scene import SUNDAY, refusal

WEEK = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


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
