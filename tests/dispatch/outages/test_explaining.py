"""What customers report during an outage is known for what it is, and goes back to a person when that is over."""

from datetime import timedelta

from sqlalchemy import select

from dispatch.notifications.models import CustomerMessage
from dispatch.outages import queries
from dispatch.outages.lifecycle import Step
from dispatch.outages.service import change_outage
from dispatch.outages.where import Wherever
from dispatch.requests import queries as requests
from tests import factories
from tests.dispatch.outages.scene import ENDS, STARTS
from tests.statements import recorded

HOUR = timedelta(hours=1)


def state(scene, received) -> str:
    return requests.request(scene.agent, received.request_id).row.state


def test_a_report_from_an_affected_site_in_the_window_waits_and_others_get_their_orders(scene):
    outage_id = scene.announced()
    early = scene.call("home")
    assert early.work_order_id is not None, "before it begins nothing is explained"
    scene.at(STARTS + HOUR)
    known = scene.call("home", join=False)
    assert (known.state, known.work_order_id, known.planned_outage.id) == ("waiting", None, outage_id)
    assert known.planned_outage.until == ENDS
    assert scene.call("far").work_order_id is not None
    assert scene.call("home", join=False, despite_outage=True).work_order_id is not None
    assert queries.outage(scene.manager, outage_id).waiting_requests == 1
    said = scene.uow.session.execute(
        select(CustomerMessage.customer_id, CustomerMessage.body).where(CustomerMessage.template == "outages.known")
    ).all()
    [(customer_id, body)] = said
    assert customer_id == scene.customers["home"]
    assert "2026-11-23 13:00" in body
    scene.step(outage_id, Step.END)
    assert state(scene, known) == "unclassified"
    assert queries.outage(scene.manager, outage_id).waiting_requests == 0
    assert scene.call("home", join=False).work_order_id is not None


def test_a_draft_explains_nothing_and_what_is_over_by_the_clock_neither(scene):
    scene.plan()
    scene.at(STARTS + HOUR)
    assert scene.call("home").work_order_id is not None
    scene.at(STARTS - HOUR)
    scene.announced()
    scene.at(ENDS)
    assert scene.call("home", join=False).work_order_id is not None


def test_a_boundary_and_assets_explain_what_is_reported_from_inside(scene):
    boundary = factories.square(33.7, 119.20, 0.008)
    scene.announced(where=Wherever(boundary=boundary, region_id=scene.home.region_id))
    asset = factories.asset(scene.uow, scene.home.region_id, site_id=scene.sites["far"])
    by_asset = scene.announced(where=Wherever(asset_ids=(asset,)))
    outside = factories.site(scene.uow, scene.customers["home"], scene.home, lat=33.706, lon=119.206)
    scene.sites["outside"] = outside
    scene.at(STARTS + HOUR)
    assert scene.call("home").state == "waiting"
    assert scene.call("outside").state == "in_hand"
    assert scene.call("far").planned_outage.id == by_asset


def test_moved_while_it_goes_on_they_wait_longer_and_moved_away_they_are_let_go(scene):
    outage_id = scene.announced()
    scene.step(outage_id, Step.START, at=STARTS)
    known = scene.call("home")
    change_outage(scene.manager, outage_id=outage_id, changes={"ends_at": ENDS + HOUR})
    assert requests.request(scene.agent, known.request_id).row.explained_until == ENDS + HOUR
    change_outage(scene.manager, outage_id=outage_id, changes={"ends_at": ENDS - HOUR})
    assert state(scene, known) == "waiting"
    other = scene.announced(where=Wherever(zone_ids=(scene.far.zone_id,)))
    waiting = scene.call("far")
    assert waiting.planned_outage.id == other
    change_outage(
        scene.manager, outage_id=other, changes={"starts_at": STARTS + 48 * HOUR, "ends_at": ENDS + 48 * HOUR}
    )
    assert state(scene, waiting) == "unclassified", "tomorrow explains nothing of today"


def test_cancelling_lets_them_go_too_and_costs_one_statement_where_there_is_nothing(scene):
    outage_id = scene.announced()
    scene.at(STARTS + HOUR)
    known = scene.call("home")
    scene.step(outage_id, Step.CANCEL, reason="中止")
    assert state(scene, known) == "unclassified"
    with recorded(scene.uow.session) as statements:
        scene.call("home", join=False)
    assert len([one for one in statements if "planned_outages" in one]) == 1


def test_what_somebody_begins_early_explains_from_then_on(scene):
    outage_id = scene.announced()
    scene.step(outage_id, Step.START, at=STARTS - HOUR)
    known = scene.call("home")
    assert known.planned_outage.id == outage_id
    change_outage(scene.manager, outage_id=outage_id, changes={"ends_at": ENDS + HOUR})
    assert state(scene, known) == "waiting"
