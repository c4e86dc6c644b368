"""Plans: the frame and the seed are stored first, the sample follows from them; and spot checks that nobody is told of."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from checklists.media.models import MediaFile
from checklists.review.models import Review, ReviewFrameRow, ReviewPlan, ReviewSlot
from checklists.review.sampling import queries, service
from checklists.runs.models import ChecklistAnswer
from dispatch.notifications.models import Notification
from dispatch.work_orders.models import TimelineEntry
from kernel.actor import Level, Role
from kernel.bulk import insert_rows
from kernel.identifiers import new_id
from tests import factories
from tests.checklists.review.scene import OCTOBER, refusal
from tests.conftest import NOW
from tests.statements import recorded


def plan(scene, **changes):
    return service.frame_month(scene.operations, **{"region_id": scene.home.region_id, "month": "2026-10", **changes})


def frame_of(scene, plan_id):
    return {one.work_order_id: one for one in queries.page_of_frame(scene.operations, plan_id, limit=100).items}


def test_a_frame_holds_what_was_finished_in_the_month_with_its_strata_and_nothing_is_drawn_yet(scene):
    mine = scene.finished(3)
    others = scene.finished(2, places=scene.far, technician=scene.far_technician)
    scene.finished(1, at=OCTOBER + timedelta(days=30))
    scene.finished(1, at=OCTOBER - timedelta(days=30))
    key = plan(scene)
    found = queries.plan(scene.operations, key)
    assert (found.state, found.frame_size, found.sample_size, found.month) == ("framed", 5, None, "2026-10")
    frame = frame_of(scene, key)
    assert set(frame) == {*mine, *others}
    assert {frame[one].technician_id for one in others} == {scene.far_technician}
    assert {frame[one].zone_id for one in mine} == {scene.home.zone_id}
    assert scene.uow.session.scalar(select(func.count()).select_from(Review)) == 0


def test_drawing_opens_reviews_from_the_stored_frame_and_again_changes_nothing(scene):
    scene.finished(6)
    scene.finished(2, technician=scene.other_technician, places=scene.other)
    key = plan(scene)
    size = service.draw_plan(scene.operations, plan_id=key)
    assert service.draw_plan(scene.operations, plan_id=key) == size
    drawn = {one.work_order_id: one.why for one in frame_of(scene, key).values() if one.why}
    reviews = scene.uow.session.execute(select(Review.work_order_id, Review.why, Review.technician_group_id)).all()
    assert {row.work_order_id: row.why for row in reviews} == drawn
    assert {row.technician_group_id for row in reviews} == {scene.home.group_id, scene.other.group_id}
    held = queries.verification(scene.operations, key)
    assert (held.frame_unchanged, held.same_sample) == (True, True)
    slots = scene.uow.session.scalar(select(func.count()).select_from(ReviewSlot))
    assert slots == size + 1, "a tenth, rounded up, has two parts"
    assert scene.uow.session.scalar(select(func.count()).select_from(Notification)) == 0, "nobody is told"


def test_a_frame_that_was_tampered_with_is_not_drawn_from_and_shows(scene):
    scene.finished(3)
    key = plan(scene)
    scene.uow.session.execute(update(ReviewFrameRow).values(weight=50))
    assert refusal(service.draw_plan, scene.operations, plan_id=key)[0] == "review.frame_changed"
    assert not queries.verification(scene.operations, key).frame_unchanged
    scene.uow.session.execute(update(ReviewFrameRow).values(weight=3))
    scene.uow.session.execute(update(ReviewPlan).values(seed="another"))


def test_a_region_has_one_plan_for_a_month_that_is_over(scene):
    assert refusal(plan, scene) == ("review.nothing_finished", ["/month"])
    scene.finished(1)
    plan(scene)
    assert refusal(plan, scene) == ("review.plan_exists", ["/month"])
    assert refusal(plan, scene, month="2026-11") == ("review.month_not_over", ["/month"])
    assert refusal(plan, scene, month="x") == ("review.month_wrong", ["/month"])


def test_only_the_regions_planners_know_and_make_plans(scene):
    scene.finished(1)
    key = plan(scene)
    abroad = factories.places(scene.uow)
    stranger = factories.acting_as(
        scene.uow, Role.REGIONAL_OPERATIONS, Level.REGION, abroad.region_id, abroad.region_id
    )
    agent = factories.acting_as(scene.uow, Role.AGENT, Level.REGION, scene.home.region_id, scene.home.region_id)
    asked = {"region_id": scene.home.region_id, "month": "2026-09"}
    for who in (scene.manager, agent, scene.assessor, scene.acting(scene.technician)):
        assert refusal(service.frame_month, who, **asked)[0] == "forbidden"
    assert refusal(service.frame_month, stranger, **asked)[0] == "territory.region_unknown"
    for who in (scene.manager, agent, scene.assessor, stranger, scene.leader):
        assert refusal(service.draw_plan, who, plan_id=key)[0] == "review.plan_unknown"
        assert refusal(queries.plan, who, key)[0] == "review.plan_unknown"
        assert refusal(queries.page_of_frame, who, key, limit=5)[0] == "review.plan_unknown"
        assert queries.page_of_plans(who, limit=5).items == ()
    assert [one.id for one in queries.page_of_plans(scene.colleague, limit=5).items] == [key]


def photo(scene, order_id, name, digest):
    row = {
        "id": new_id(),
        "region_id": scene.home.region_id,
        "work_order_id": order_id,
        "media_id": name,
        "state": "verified",
        "digest": digest,
        "user_id": scene.technician,
        "named_at": OCTOBER,
        "due_at": OCTOBER,
        "verified_at": OCTOBER,
    }
    insert_rows(scene.uow.session, MediaFile, [row])


def entry(scene, order_id, **changes):
    row = {
        "id": new_id(),
        "region_id": scene.home.region_id,
        "work_order_id": order_id,
        "kind": "work_order.arrive",
        "user_id": scene.technician,
        "effective_at": OCTOBER,
        "time_quality": "mono",
        "recorded_at": OCTOBER,
        "lat": None,
        "lon": None,
        "data": {},
        "flags": [],
        **changes,
    }
    insert_rows(scene.uow.session, TimelineEntry, [row])


def test_each_risk_is_found_in_what_is_recorded_and_kept_with_its_reason(scene):
    plain, hasty, twin, other_twin, mock, away, far_off, odd, again = scene.finished(9)
    scene.answered(hasty)
    scene.uow.session.execute(update(ChecklistAnswer).values(effective_at=OCTOBER, device_id=UUID(int=5)))
    photo(scene, twin, "a", "ab" * 32)
    photo(scene, other_twin, "b", "ab" * 32)
    photo(scene, plain, "c", "cd" * 32)
    entry(scene, mock, flags=["mock_location"])
    entry(scene, away, flags=["geofence_miss"], data={"distance_m": 812.5})
    entry(scene, plain, lat=33.78, lon=119.26)
    entry(scene, far_off, lat=34.5, lon=119.26, effective_at=OCTOBER + timedelta(minutes=3))
    entry(scene, odd, time_quality="untrusted")
    entry(scene, again, kind="work_order.reopen")
    frame = frame_of(scene, plan(scene))
    risks = {key: [risk["risk"] for risk in one.risks] for key, one in frame.items()}
    assert risks == {
        plain: [],
        hasty: ["hasty"],
        twin: ["photo_twice"],
        other_twin: ["photo_twice"],
        mock: ["geo_mismatch"],
        away: ["geo_mismatch"],
        far_off: ["impossible_travel"],
        odd: ["clock_untrusted"],
        again: ["reopened"],
    }
    assert frame[away].risks == [{"risk": "geo_mismatch", "metres": 812.5}]
    assert frame[far_off].risks[0]["kmh"] > 1000
    assert (frame[plain].weight, frame[again].weight, frame[hasty].weight) == (1, 6, 5)


def test_a_frame_takes_the_same_statements_for_any_number_and_so_does_the_draw(scene):
    def taken(month, count):
        scene.finished(count, at=OCTOBER.replace(month=month))
        with recorded(scene.uow.session) as statements:
            key = plan(scene, month=f"2026-{month:02}")
            service.draw_plan(scene.operations, plan_id=key)
        return len(statements)

    assert taken(9, 2) == taken(10, 9) <= 40


def test_a_spot_check_takes_an_order_or_chance_work_of_a_technician_and_tells_nobody(scene):
    scene.uow.changes.clear()
    (order_id,) = scene.finished(1, at=NOW - timedelta(days=2))
    more = scene.finished(3, at=NOW - timedelta(days=3), places=scene.other, technician=scene.other_technician)
    scene.uow.changes.clear()
    service.spot_check(scene.operations, order_id=order_id, note="客户来电")
    service.spot_check(scene.operations, technician_id=scene.other_technician)
    rows = scene.uow.session.execute(select(Review.work_order_id, Review.source, Review.why, Review.note)).all()
    picked = {row.work_order_id: tuple(row[1:]) for row in rows}
    assert picked.pop(order_id) == ("spot_check", "chosen", "客户来电")
    assert set(picked) < set(more)
    assert scene.uow.changes == []
    assert scene.uow.session.scalar(select(func.count()).select_from(Notification)) == 0


@pytest.mark.parametrize("named", [{}, {"order_id": new_id(), "technician_id": new_id()}])
def test_a_spot_check_names_one_order_or_one_technician(scene, named):
    assert refusal(service.spot_check, scene.operations, **named) == ("review.nothing_chosen", ["/work_order_id"])


def test_what_cannot_be_checked_is_refused(scene):
    (order_id,) = scene.finished(1, at=NOW - timedelta(days=2))
    unfinished = factories.order(scene.uow, scene.home)
    check = service.spot_check
    assert refusal(check, scene.operations, order_id=unfinished) == ("review.not_finished", ["/work_order_id"])
    assert refusal(check, scene.operations, technician_id=scene.far_technician)[0] == "review.nothing_finished"
    assert refusal(check, scene.operations, order_id=new_id())[0] == "work_order.unknown"
    assert refusal(check, scene.operations, technician_id=new_id())[0] == "people.unknown"
    assert refusal(check, scene.manager, order_id=order_id)[0] == "forbidden"
    assert refusal(check, scene.assessor, order_id=order_id)[0] == "work_order.unknown"
    service.spot_check(scene.operations, order_id=order_id)
    assert refusal(check, scene.operations, order_id=order_id) == ("review.under_review", ["/work_order_id"])


def test_what_was_reviewed_since_it_was_finished_is_not_drawn_again_but_may_be_picked(scene):
    done, lapsed, later = scene.finished(3)
    for order_id in (done, lapsed, later):
        service.spot_check(scene.operations, order_id=order_id)
    states = {done: "final", lapsed: "lapsed", later: "final"}
    for order_id, state in states.items():
        values = {"state": state} | ({"created_at": OCTOBER - timedelta(days=9)} if order_id == later else {})
        scene.uow.session.execute(update(Review).where(Review.work_order_id == order_id).values(**values))
    assert set(frame_of(scene, plan(scene))) == {lapsed, later}
    service.spot_check(scene.operations, order_id=done)
