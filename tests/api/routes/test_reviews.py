"""Inspection reviews over HTTP: from the queue to the verdict, the appeal and the figures; and what is refused."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import select, update

from checklists.review.models import Review, ReviewSlot
from checklists.review.opening import Pick, open_reviews
from checklists.review.policy import ReviewRules
from checklists.review.states import Source, Why
from dispatch.territory.models import Station
from dispatch.work_orders.models import WorkOrder
from kernel.actor import system_actor
from kernel.identifiers import new_id
from tests.api.world import problem, wrong_fields
from tests.checklists import world as checklists
from tests.checklists.review.reviewing import ITEMS
from tests.conftest import NOW

GOOD = dict.fromkeys(ITEMS, 5)


@pytest.fixture
def parts(runtime, world):
    """The parts of two reviews of work near, done by the technician; of the first the customer is known."""
    near = world.places["near"]
    with runtime.unit_of_work(system_actor()) as uow:
        checklists.publish_sample(uow, near.region_id)
        ids = checklists.orders(uow, near, 2)
        values = {
            "status": "completed",
            "assignee_id": world.people["technician"],
            "completed_at": NOW - timedelta(days=1),
            "customer_id": world.customers["near"],
        }
        uow.session.execute(update(WorkOrder).where(WorkOrder.id.in_(ids)).values(**values))
        picks = [Pick(key, world.people["technician"], Source.PLAN, Why.RANDOM) for key in ids]
        open_reviews(uow, picks, {near.region_id: ReviewRules()})
        rows = uow.session.execute(select(ReviewSlot.id, ReviewSlot.review_id).order_by(ReviewSlot.id)).all()
    return [(str(row.id), str(row.review_id)) for row in rows]


def test_a_review_goes_from_the_queue_to_a_verdict_an_appeal_and_the_figures(door, parts):
    (part, review), _ = parts
    assert door.ids("operations", "/v1/review-queue") == sorted(one for one, _ in parts)
    assert door.post("operations", f"/v1/review-parts/{part}/claim").json["lease_until"] == "2026-11-22T05:00:00.000Z"
    assert problem(door.post("manager", f"/v1/review-parts/{part}/claim")) == (409, "review.taken")
    seen = door.get("operations", f"/v1/review-parts/{part}").json
    assert {one["key"]: one["most"] for one in seen["items"]} == dict.fromkeys(ITEMS, 5)
    finding = {"severity": "critical", "text": "未接地", "item": "earthed"}
    handed = door.post("operations", f"/v1/review-parts/{part}/submit", {"scores": GOOD, "findings": [finding]})
    assert handed.json == {"verdict": "fail"}
    mine = door.get("technician", f"/v1/reviews/{review}")
    assert (mine.json["verdict"], mine.json["findings"][0]["text"], mine.json["risks"]) == ("fail", "未接地", [])
    assert mine.headers["ETag"].startswith('"')
    faults = door.get("technician", "/v1/fault-records?standing=true").json["items"]
    assert [one["review_id"] for one in faults] == [review]
    appealed = door.post("technician", f"/v1/reviews/{review}/appeal", {"reason": "照片可证"})
    assert (appealed.status_code, appealed.json["state"]) == (201, "appealed")
    decision = {"overturn": True, "note": "属实"}
    own = door.post("operations", f"/v1/reviews/{review}/appeal/decision", decision)
    assert problem(own) == (403, "review.own_verdict")
    settled = door.post("administrator", f"/v1/reviews/{review}/appeal/decision", decision)
    assert (settled.json["verdict"], settled.json["appeal"]["state"]) == ("pass", "overturned")
    assert door.get("technician", "/v1/fault-records?standing=true").json["items"] == []
    (row,) = door.get("operations", "/v1/review-results?by=technician").json["items"]
    assert (row["name"], row["reviews"], row["passed"], row["overturned"]) == ("技术员 near", 1, 1, 1)


def test_an_assessor_gets_the_work_masked_and_nothing_else(door, parts):
    (handed, _), (kept, review) = parts
    assessor = {"user_id": str(door.world.people["assessor"])}
    assert door.post("operations", f"/v1/review-parts/{handed}/hand-over", assessor).status_code == 204
    assert door.ids("assessor", "/v1/review-queue") == [handed]
    seen = door.get("assessor", f"/v1/review-parts/{handed}")
    assert (seen.json["customer_name"], seen.json["minimised"], seen.json["technician_id"]) == ("客**", True, None)
    assert "100 0000 0000" not in seen.text
    for path in (f"/v1/review-parts/{kept}", f"/v1/reviews/{review}", f"/v1/review-parts/{kept}/media/m1"):
        assert problem(door.get("assessor", path)) == (404, "review.unknown")
    assert door.get("assessor", "/v1/reviews").json["items"] == []
    assert problem(door.get("assessor", f"/v1/review-parts/{handed}/media/m9")) == (404, "media.unknown")
    door.post("assessor", f"/v1/review-parts/{handed}/claim")
    assert door.post("assessor", f"/v1/review-parts/{handed}/submit", {"scores": GOOD}).json == {"verdict": "pass"}
    assert problem(door.get("assessor", f"/v1/review-parts/{handed}")) == (404, "review.unknown")


def test_what_one_may_not_see_does_not_exist(door, parts):
    (part, review), _ = parts
    for who in ("operations_abroad", "agent", "leader", "technician", "nobody"):
        assert door.ids(who, "/v1/review-queue") == []
        assert door.ids(who, "/v1/reviews") == []
        assert problem(door.get(who, f"/v1/review-parts/{part}"))[0] == 404
        assert problem(door.get(who, f"/v1/reviews/{review}"))[0] == 404
        for path, body in (
            ("claim", None),
            ("release", None),
            ("hand-over", {"user_id": None}),
            ("submit", {"scores": {}}),
        ):
            assert problem(door.post(who, f"/v1/review-parts/{part}/{path}", body)) == (404, "review.unknown"), (
                who,
                path,
            )
        assert problem(door.post(who, f"/v1/reviews/{review}/appeal", {"reason": "x"})) == (404, "review.unknown")
    assert problem(door.get("operations", f"/v1/reviews/{new_id()}")) == (404, "review.unknown")


def test_bad_scores_are_refused_with_their_places(door, parts):
    (part, _), _ = parts
    door.post("operations", f"/v1/review-parts/{part}/claim")
    url = f"/v1/review-parts/{part}/submit"

    def wrong(**body):
        return wrong_fields(door.post("operations", url, {"scores": GOOD, **body}))

    assert wrong(scores=GOOD | {"level": 6}) == {"/scores/level": "review.points_wrong"}
    assert wrong(scores={"nothing": 1}) == {"/scores/nothing": "review.item_unknown"}
    assert list(wrong(findings=[{"severity": "bad", "text": "x"}])) == ["/findings/0/severity"]
    media = [{"severity": "minor", "text": "x", "media": ["0" * 64]}]
    assert wrong(findings=media) == {"/findings/0/media/0": "review.media_unknown"}
    assert door.post("operations", f"/v1/review-parts/{part}/release").status_code == 204
    assert problem(door.post("operations", url, {"scores": GOOD})) == (409, "review.not_yours")


def test_figures_come_as_tables_that_run_nothing(door, parts, runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        uow.session.execute(update(Station).values(name='=HYPERLINK("http://x")'))
        uow.session.execute(update(Review).values(state="final", verdict="pass", score=97.5, month="2026-11"))
    table = door.get("operations", "/v1/review-results.csv?by=station", headers={"Accept-Language": "zh-CN"})
    header, row = table.get_data(as_text=True).lstrip("\ufeff").strip().splitlines()
    assert header.startswith("名称,抽检数,合格")
    assert row.startswith('"\'=HYPERLINK(""http://x"")",2,2,0,0,0,100.0,97.5')
    book = load_workbook(io.BytesIO(door.get("operations", "/v1/review-results.xlsx?by=station").data))
    cells = [[cell.value for cell in line] for line in book.active.iter_rows()]
    assert cells[0][0] == "name"
    assert cells[1][:3] == ['\'=HYPERLINK("http://x")', 2, 2]
    assert {cell.data_type for line in book.active.iter_rows() for cell in line} <= {"s", "n"}
    assert door.get("operations", "/v1/review-items").json == {"items": []}
    assert door.get("operations", "/v1/review-items.csv").status_code == 200
    assert door.get("operations", "/v1/review-items.xlsx").status_code == 200
    assert door.get("operations", "/v1/review-agreement").json == {"items": []}
    assert list(wrong_fields(door.get("operations", "/v1/review-results?month_from=2026"))) == ["/month_from"]
