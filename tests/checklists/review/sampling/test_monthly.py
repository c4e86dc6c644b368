"""Plans that make themselves: framed when the day has come, and drawn in a transaction of their own."""

from datetime import datetime
from zoneinfo import ZoneInfo

from checklists.review.sampling import queries
from checklists.review.sampling.monthly import draw_due, frame_due, months_due
from dispatch.policies import service as policies
from tests.conftest import NOW

ZONE = ZoneInfo("Asia/Shanghai")


def wants(scene, day):
    policies.set_policy(scene.operations, region_id=scene.home.region_id, subject="reviews", rules={"plan_day": day})


def test_the_month_before_is_due_from_its_day_on_where_a_region_wants_that(scene):
    assert months_due(scene.uow) == []
    wants(scene, 3)
    assert months_due(scene.uow) == [(scene.home.region_id, "2026-10")]
    scene.uow.now = datetime(2027, 1, 2, 23, 59, tzinfo=ZONE)
    assert months_due(scene.uow) == []
    scene.uow.now = datetime(2027, 1, 3, 0, 0, tzinfo=ZONE)
    assert months_due(scene.uow) == [(scene.home.region_id, "2026-12")]
    scene.uow.now = NOW


def test_it_is_framed_once_then_drawn_and_not_due_again(scene):
    wants(scene, 1)
    (due,) = months_due(scene.uow)
    assert frame_due(scene.uow, *due) is None, "nothing was finished"
    scene.finished(3)
    plan_id = frame_due(scene.uow, *due)
    assert frame_due(scene.uow, *due) is None
    assert months_due(scene.uow) == []
    assert queries.plan(scene.operations, plan_id).state == "framed"
    assert (draw_due(scene.uow), draw_due(scene.uow)) == (1, 0)
    assert queries.plan(scene.operations, plan_id).state == "drawn"


def test_what_a_person_framed_a_person_draws(scene):
    scene.finished(1)
    frame_due(scene.operations, scene.home.region_id, "2026-10")
    assert draw_due(scene.uow) == 0
