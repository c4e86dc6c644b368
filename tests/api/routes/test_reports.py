import pytest

from checklists.reports.jobs import make_reports
from checklists.templates import service as templates
from dispatch.sla.deadline import Priority
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.service import NewOrder
from kernel.actor import system_actor
from tests.api.world import problem
from tests.checklists.samples import label, steps


@pytest.fixture
def order(runtime, world):
    """An order near by that has a checklist."""
    places = world.places["near"]
    with runtime.unit_of_work(system_actor()) as uow:
        made = templates.create_template(
            uow, region_id=places.region_id, code="sample", name=label("样例"), steps=steps()
        )
        templates.publish(uow, version_id=made.version_id)
        work_orders.define_work_type(
            uow, region_id=places.region_id, code="checked", name="检查", template_code="sample"
        )
        (order_id,) = work_orders.create_orders(uow, [NewOrder(places, "checked", Priority.ROUTINE, "无信号", uow.now)])
    return order_id


def test_a_report_is_asked_for_made_fetched_and_checked(door, order, runtime):
    asked = door.post("leader", f"/v1/work-orders/{order}/reports", {"locale": "en"})
    assert (asked.status_code, asked.json["state"]) == (202, "wanted")
    report = asked.json["id"]
    assert problem(door.get("leader", f"/v1/reports/{report}/pdf")) == (404, "report.not_made")
    make_reports(runtime)
    made = door.get("leader", f"/v1/reports/{report}").json
    assert made["state"] == "made"
    pdf = door.get("leader", f"/v1/reports/{report}/pdf")
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert "attachment" in pdf.headers["Content-Disposition"]
    checked = door.get(None, f"/v1/verify/{made['code']}")
    assert (checked.status_code, checked.json["file_digest"]) == (200, made["file_digest"])
    assert [one["id"] for one in door.get("leader", f"/v1/work-orders/{order}/reports").json["items"]] == [report]


def test_the_page_for_everybody_says_what_a_code_is_worth(door, order, runtime):
    door.post("leader", f"/v1/work-orders/{order}/reports", {})
    make_reports(runtime)
    code = door.get("leader", f"/v1/work-orders/{order}/reports").json["items"][0]["code"]
    page = door.get(None, f"/verify/{code}", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "This report is genuine" in page.text
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert "真实有效" in door.get(None, f"/verify?code={code}", headers={"Accept-Language": "zh-CN"}).text
    wrong = door.get(None, "/verify/<script>alert(1)<~script>", headers={"Accept-Language": "en"})
    assert "No report has this code" in wrong.text
    assert "<script>alert" not in wrong.text
    assert "Type a code" in door.get(None, "/verify", headers={"Accept-Language": "en"}).text
    assert problem(door.get(None, "/v1/verify/0000000000000000")) == (404, "report.code_unknown")


def test_nobody_sees_or_asks_for_a_report_out_of_scope(door, order):
    report = door.post("leader", f"/v1/work-orders/{order}/reports", {}).json["id"]
    for who in ("operations_abroad", "nobody", "assessor", "technician_next_zone"):
        for path in (f"/v1/work-orders/{order}/reports", f"/v1/reports/{report}", f"/v1/reports/{report}/pdf"):
            assert door.get(who, path).status_code == 404
        assert door.post(who, f"/v1/work-orders/{order}/reports", {}).status_code == 404
