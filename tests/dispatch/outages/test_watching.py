"""Outages begin by themselves; those that should be over are asked about, and nobody is forgotten behind them."""

from datetime import timedelta

from sqlalchemy import text

from dispatch.outages import queries
from dispatch.outages.service import change_outage
from dispatch.outages.watching import watch
from dispatch.requests import queries as requests
from kernel.database import is_postgres
from tests import factories
from tests.dispatch.outages.scene import ENDS, STARTS

HOUR = timedelta(hours=1)


def test_what_was_announced_begins_and_what_should_be_over_is_asked_about_once(scene):
    outage_id = scene.announced()
    assert watch(scene.uow, limit=10) == 0
    scene.at(STARTS)
    assert watch(scene.uow, limit=10) == 1
    row = queries.outage(scene.manager, outage_id).row
    assert (row.state, row.started_at) == ("in_progress", STARTS)
    known = scene.call("home")
    scene.at(ENDS + HOUR)
    assert watch(scene.uow, limit=10) == 1
    assert queries.outage(scene.manager, outage_id).row.state == "in_progress", "only a person knows that it is over"
    assert scene.manager.actor.user_id in scene.told("overdue")
    assert requests.request(scene.agent, known.request_id).row.state == "unclassified"
    assert watch(scene.uow, limit=10) == 0
    change_outage(scene.manager, outage_id=outage_id, changes={"ends_at": ENDS + 3 * HOUR})
    scene.at(ENDS + 3 * HOUR)
    assert watch(scene.uow, limit=10) == 1
    told = [one for one in factories.told(scene.uow, scene.manager.actor.user_id) if one.endswith("overdue")]
    assert len(told) == 2, "once for each promised end"


def test_the_watch_reads_an_index_of_what_is_due(scene):
    explain = "EXPLAIN " if is_postgres(scene.uow.session) else "EXPLAIN QUERY PLAN "
    if is_postgres(scene.uow.session):
        scene.uow.session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = scene.uow.session.execute(
        text(
            f"{explain} SELECT id FROM planned_outages WHERE next_look_at <= '2026-11-22' ORDER BY next_look_at LIMIT 5"
        )
    )
    assert "ix_planned_outages_due" in " ".join(str(row) for row in plan)
