"""Planned outages: drafted, announced, moved, ended, cancelled; each command once, and nothing half-done."""

from datetime import timedelta

from dispatch.outages import queries
from dispatch.outages.lifecycle import Step
from dispatch.outages.service import change_outage, open_outage_order
from dispatch.outages.where import Wherever
from dispatch.work_orders import queries as orders
from kernel.identifiers import new_id
from tests.dispatch.outages.scene import ENDS, STARTS, refusal

HOUR = timedelta(hours=1)


def test_a_whole_life_with_its_log_and_its_times(scene):
    outage_id = scene.plan().outage_id
    row = queries.outage(scene.manager, outage_id).row
    assert (row.state, row.station_id, row.group_id) == ("draft", scene.home.station_id, scene.home.group_id)
    assert row.number.startswith("P261122-")
    scene.step(outage_id, Step.ANNOUNCE)
    scene.step(outage_id, Step.START, at=STARTS)
    scene.step(outage_id, Step.END, at=STARTS + HOUR)
    row = queries.outage(scene.manager, outage_id).row
    assert (row.state, row.started_at, row.ended_at, row.edition) == ("ended", STARTS, STARTS + HOUR, 2)
    log = queries.log_of(scene.manager, outage_id, limit=10).items
    assert [one.kind for one in log] == ["plan", "announce", "start", "end"]
    assert refusal(scene.step, outage_id, Step.CANCEL, reason="x")[0] == "outage.illegal"
    assert refusal(change_outage, scene.manager, outage_id=outage_id, changes={"title": "x"})[0] == "outage.illegal"


def test_what_makes_no_outage_is_refused_with_its_field(scene):
    assert refusal(scene.plan, ends_at=STARTS) == ("outage.window_backwards", ["/ends_at"])
    assert refusal(scene.plan, starts_at=STARTS - 80 * HOUR, ends_at=STARTS - 79 * HOUR) == (
        "outage.window_past",
        ["/ends_at"],
    )
    assert refusal(scene.plan, title=" ") == ("invalid", ["/title"])
    assert refusal(scene.plan, scene.agent)[0] == "forbidden"
    assert refusal(scene.plan, scene.technician)[0] == "territory.zone_unknown"
    outage_id = scene.plan().outage_id
    assert refusal(scene.step, outage_id, Step.CANCEL) == ("outage.reason_missing", ["/reason"])
    assert refusal(scene.step, outage_id, Step.ANNOUNCE, at=ENDS) == ("outage.window_past", ["/ends_at"])


def test_a_command_takes_effect_once_for_ever_and_asks_for_the_version(scene):
    key, step_key = new_id(), new_id()
    first = scene.plan(command_id=key)
    assert scene.plan(command_id=key) == first
    assert refusal(scene.plan, command_id=key, title="别的") == ("outage.command_reused", ["/command_id"])
    done = scene.step(first.outage_id, Step.ANNOUNCE, command_id=step_key)
    assert scene.step(first.outage_id, Step.ANNOUNCE, command_id=step_key) == done
    assert refusal(scene.step, first.outage_id, Step.START, expected_version=1)[0] == "stale"
    wrong = {"outage_id": first.outage_id, "changes": {"title": "x"}, "expected_version": 1}
    assert refusal(change_outage, scene.manager, **wrong)[0] == "stale"
    assert queries.outage(scene.manager, first.outage_id).row.edition == 1


def test_where_it_is_can_change_until_customers_know_of_it(scene):
    outage_id = scene.plan().outage_id
    far = Wherever(zone_ids=(scene.far.zone_id,))
    change_outage(scene.manager, outage_id=outage_id, changes={"title": "改线"}, where=far)
    found = queries.outage(scene.manager, outage_id)
    assert (found.row.title, found.zone_ids, found.row.group_id) == (
        "改线",
        (scene.far.zone_id,),
        scene.far.group_id,
    )
    scene.step(outage_id, Step.ANNOUNCE)
    assert refusal(change_outage, scene.manager, outage_id=outage_id, changes={}, where=far)[0] == "outage.where_fixed"
    scene.step(outage_id, Step.START, at=STARTS)
    later = {"starts_at": STARTS + HOUR, "ends_at": ENDS + HOUR}
    assert refusal(change_outage, scene.manager, outage_id=outage_id, changes=later) == (
        "outage.illegal",
        ["/starts_at"],
    )


def test_it_may_have_one_work_order_that_is_due_with_its_end(scene):
    outage_id = scene.plan().outage_id
    assert refusal(open_outage_order, scene.manager, outage_id=outage_id, work_type="x") == (
        "work_order.work_type_unknown",
        ["/work_type"],
    )
    open_outage_order(scene.manager, outage_id=outage_id, work_type="repair")
    order_id = queries.outage(scene.manager, outage_id).row.work_order_id
    row = orders.order(scene.manager, order_id).row
    assert (row.status, row.resolve_due_at, row.group_id) == ("open", ENDS, scene.home.group_id)
    assert refusal(open_outage_order, scene.manager, outage_id=outage_id, work_type="repair")[0] == "outage.has_order"
    scene.step(outage_id, Step.CANCEL, reason="改期再议")
    assert orders.order(scene.manager, order_id).row.status == "cancelled", "nobody had begun it"


def test_of_a_draft_that_is_cancelled_nobody_hears(scene):
    outage_id = scene.plan().outage_id
    scene.step(outage_id, Step.CANCEL, reason="取消")
    scene.tell()
    assert (scene.messages(outage_id), scene.told("cancelled")) == ([], set())
