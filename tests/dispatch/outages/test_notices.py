"""Everybody affected is told, each once for every edition, whatever happens to the job; and the people of the places."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.notifications.models import CustomerMessage
from dispatch.outages import queries
from dispatch.outages.lifecycle import Step
from dispatch.outages.notices import broadcast
from dispatch.outages.service import change_outage
from dispatch.outages.where import Wherever
from kernel.actor import Level, Role, system_actor
from tests import factories
from tests.dispatch.beat import wired
from tests.dispatch.outages.scene import ENDS, STARTS, make_scene
from tests.statements import recorded

HOUR = timedelta(hours=1)


def test_those_affected_and_the_people_of_the_places_are_told_and_nobody_else(scene):
    operations = factories.person_with(
        scene.uow, Role.REGIONAL_OPERATIONS, Level.REGION, scene.home.region_id, region_id=scene.home.region_id
    )
    outage_id = scene.announced()
    assert scene.messages(outage_id) == [("announced", scene.customers["home"])]
    assert scene.told("announced") == {
        scene.manager.actor.user_id,
        scene.technician.actor.user_id,
        scene.agent.actor.user_id,
        operations,
    }
    body = scene.uow.session.scalar(select(CustomerMessage.body).where(CustomerMessage.template == "outages.announced"))
    assert body.startswith("尊敬的客户 home：因光缆割接，2026-11-23 09:00 至 2026-11-23 13:00")


def test_each_edition_comes_once_to_each_customer_in_sets_of_any_size(scene):
    extra = [factories.customer(scene.uow, scene.home, name=f"客户 {nth}") for nth in range(6)]
    outage_id = scene.plan(where=Wherever(station_ids=(scene.home.station_id,))).outage_id
    scene.step(outage_id, Step.ANNOUNCE)
    assert scene.tell(limit=2) >= 5
    everybody = sorted([*scene.customers.values(), *extra])
    assert scene.messages(outage_id) == [("announced", key) for key in everybody]
    change_outage(scene.manager, outage_id=outage_id, changes={"ends_at": ENDS + HOUR})
    scene.tell(limit=3)
    scene.step(outage_id, Step.CANCEL, reason="天气")
    scene.tell()
    assert [what for what, _ in scene.messages(outage_id)] == (["announced"] * 9 + ["moved"] * 9 + ["cancelled"] * 9)
    found = queries.outage(scene.manager, outage_id).broadcasts
    assert [(one.news, one.told, one.done_at is not None) for one in found] == [
        ("announced", 9, True),
        ("moved", 9, True),
        ("cancelled", 9, True),
    ]
    assert found[0].messages == {"no_channel": 9}, "the region has no way to phones, and that is shown"
    assert scene.told("moved") == scene.told("cancelled") == scene.told("announced")


def test_news_that_was_overtaken_goes_no_further_and_the_end_of_the_unheard_is_not_told(scene):
    outage_id = scene.plan().outage_id
    scene.step(outage_id, Step.ANNOUNCE)
    scene.step(outage_id, Step.CANCEL, reason="作废")
    scene.tell()
    assert scene.messages(outage_id) == []
    other = scene.plan().outage_id
    scene.step(other, Step.ANNOUNCE)
    change_outage(scene.manager, outage_id=other, changes={"starts_at": STARTS + HOUR})
    scene.tell()
    assert scene.messages(other) == [("moved", scene.customers["home"])]


def test_telling_takes_as_many_statements_for_many_as_for_one(scene):
    counts = []
    for size in (1, 20):
        for nth in range(size):
            factories.customer(scene.uow, scene.home, name=f"客户 {size} {nth}")
        outage_id = scene.plan().outage_id
        scene.step(outage_id, Step.ANNOUNCE)
        with recorded(scene.uow.session) as statements:
            broadcast(scene.uow, limit=500)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def test_a_worker_that_dies_while_telling_leaves_nobody_out_and_tells_nobody_twice(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        scene = make_scene(uow)
        for nth in range(5):
            factories.customer(uow, scene.home, name=f"客户 {nth}")
        outage_id = scene.plan().outage_id
        scene.step(outage_id, Step.ANNOUNCE)
    for die in (False, True, True, False, False, True, False, False):
        try:
            with runtime.unit_of_work(system_actor()) as uow:
                broadcast(wired(uow), limit=2)
                if die:
                    raise RuntimeError("killed")
        except RuntimeError:
            continue
    with runtime.reading(system_actor()) as reading:
        told = reading.session.scalars(select(CustomerMessage.customer_id)).all()
        assert len(told) == len(set(told)) == 6
        assert queries.outage(reading, outage_id).broadcasts[0].told == 6


@pytest.mark.parametrize(("hours", "urgent"), [(2, True), (24, False)])
def test_what_is_soon_is_told_at_once(scene, hours, urgent):
    scene.announced(starts_at=scene.uow.now + hours * HOUR, ends_at=scene.uow.now + (hours + 1) * HOUR)
    assert set(scene.uow.session.scalars(select(CustomerMessage.urgent))) == {urgent}
