"""Zones go to other groups and groups to other stations: who may, what is refused, and that nothing is half-done."""

import threading

import pytest

from dispatch.accounts.queries import may_see_user
from dispatch.sla.deadline import Priority
from dispatch.territory import queries, service, sizing
from dispatch.territory.duties import DutyKind
from dispatch.territory.models import PlaceMove
from dispatch.territory.moving import ZoneTarget, move_group, move_zones
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.models import WorkOrder
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.beat import make_beat, make_group, wired
from tests.statements import recorded


def refused(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value


@pytest.fixture
def beat(uow):
    return make_beat(uow)


def move(beat, zone_id, group_id, **options):
    return move_zones(beat.uow, targets=[ZoneTarget(zone_id, group_id)], **options)


def test_a_zone_goes_to_another_group_and_it_is_kept_from_where(beat):
    here, there = beat.groups
    zone_id = here.zones[0]
    assert move(beat, zone_id, there.id, size_reason="new estate", reason=" shorter ways ") == (zone_id,)
    assert beat.places(zone_id).group_id == there.id
    assert queries.zone(beat.uow, zone_id).row.version == 2
    kept = beat.uow.session.query(PlaceMove).one()
    assert (kept.place_id, kept.from_group_id, kept.to_group_id, kept.reason) == (
        zone_id,
        here.id,
        there.id,
        "shorter ways",
    )


def test_a_zone_that_is_there_already_stays_as_it_is(beat):
    zone_id = beat.groups[0].zones[0]
    assert move(beat, zone_id, beat.groups[0].id) == ()
    assert queries.zone(beat.uow, zone_id).row.version == 1


def test_two_groups_swap_zones_without_a_reason_though_one_move_alone_takes_one(beat):
    here, there = beat.groups
    problem = refused(move, beat, here.zones[0], there.id)
    assert (problem.code, problem.fields[0].path) == ("territory.size_reason_missing", "/size_reason")
    assert problem.extra["groups"] == [{"group_id": str(here.id), "before": 3, "after": 2}]
    swap = [ZoneTarget(here.zones[0], there.id), ZoneTarget(there.zones[0], here.id)]
    assert len(move_zones(beat.uow, targets=swap)) == 2


def test_a_zone_named_for_two_groups_is_refused(beat):
    twice = [ZoneTarget(beat.groups[0].zones[0], group.id) for group in beat.groups]
    problem = refused(move_zones, beat.uow, targets=twice)
    assert (problem.code, problem.fields[0].path) == ("territory.zone_twice", "/moves/1/zone_id")


def test_nothing_moves_into_a_retired_group_another_region_or_over_somebody_elses_change(beat):
    zone_id = beat.groups[0].zones[0]
    empty = factories.group(beat.uow, beat.station_id)
    service.retire(beat.uow, level=Level.GROUP, place_id=empty)
    abroad = factories.places(beat.uow)
    assert refused(move, beat, zone_id, empty, size_reason="x").code == "territory.retired"
    problem = refused(move, beat, zone_id, abroad.group_id, size_reason="x", path="")
    assert (problem.code, problem.fields[0].path) == ("territory.other_region", "/group_id")
    stale = [ZoneTarget(zone_id, beat.groups[1].id, expected_version=7)]
    assert refused(move_zones, beat.uow, targets=stale).code == "stale"
    assert beat.places(zone_id).group_id == beat.groups[0].id


def test_it_takes_a_role_at_both_places_and_what_is_out_of_scope_is_unknown(beat):
    uow = beat.uow
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, beat.station_id, beat.region_id)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.STATION, beat.station_id, beat.region_id)
    far = make_group(beat, factories.station(uow, beat.region_id))
    zone_id = beat.groups[0].zones[0]
    away = [ZoneTarget(zone_id, far.id)]
    assert refused(move_zones, manager, targets=away).code == "territory.group_unknown"
    assert refused(move_zones, manager, targets=[ZoneTarget(far.zones[0], beat.groups[0].id)]).code == (
        "territory.zone_unknown"
    )
    near = [ZoneTarget(zone_id, beat.groups[1].id)]
    assert refused(move_zones, leader, targets=near).code == "forbidden"
    assert move_zones(manager, targets=near, size_reason="x") == (zone_id,)


def test_a_group_goes_to_another_station_with_its_zones_people_and_roles(beat):
    uow, group = beat.uow, beat.groups[0]
    there = factories.station(uow, beat.region_id)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, group.id, beat.region_id)
    before = queries.group(uow, group.id)
    assert move_group(uow, group_id=group.id, station_id=there, expected_version=1) == 2
    assert {beat.places(zone_id).station_id for zone_id in group.zones} == {there}
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, there, beat.region_id)
    assert queries.group(manager, group.id).code == before.code
    # Who works in the group is seen from the new station, by the copied places of their roles.
    assert may_see_user(manager, leader.actor.user_id)
    assert may_see_user(manager, group.technicians[0])
    assert move_group(uow, group_id=group.id, station_id=there) == 2


def test_a_code_that_the_other_station_uses_is_refused_unless_another_is_given(beat):
    there = factories.station(beat.uow, beat.region_id)
    group = beat.groups[0]
    code = queries.group(beat.uow, group.id).code
    service.open_group(beat.uow, station_id=there, code=code, name="x")
    problem = refused(move_group, beat.uow, group_id=group.id, station_id=there)
    assert (problem.code, problem.fields[0].path) == ("territory.code_taken", "/code")
    move_group(beat.uow, group_id=group.id, station_id=there, code="G-new")
    assert queries.group(beat.uow, group.id).code == "G-new"


def test_a_move_takes_the_same_few_statements_however_many_zones_and_orders(beat):
    counts = []
    sizing.set_bounds(beat.uow, region_id=beat.region_id, fewest=1, most=50)
    for zones in (3, 12):
        group = make_group(beat, beat.station_id, zones)
        target = make_group(beat, beat.station_id, 3)
        for zone_id in group.zones:
            for _ in range(zones // 3):
                beat.order(zone_id, group.technicians[0])
        targets = [ZoneTarget(zone_id, target.id) for zone_id in group.zones]
        with recorded(beat.uow.session) as seen:
            move_zones(beat.uow, targets=targets, size_reason="all in one")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 29


def test_an_order_that_was_prepared_before_a_move_gets_the_places_of_now(beat):
    zone_id = beat.groups[0].zones[0]
    draft = work_orders.NewOrder(beat.places(zone_id), "repair", Priority.ROUTINE, "x", beat.uow.now)
    move(beat, zone_id, beat.groups[1].id, size_reason="x")
    (order_id,) = work_orders.create_orders(beat.uow, [draft])
    assert beat.uow.session.get(WorkOrder, order_id).group_id == beat.groups[1].id


def test_movers_and_makers_of_orders_at_the_same_moment_leave_no_order_behind(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        beat = make_beat(uow)
        zone_id = beat.groups[0].zones[0]
        draft_places = beat.places(zone_id)
    errors: list[BaseException] = []

    def shuttle():
        try:
            for nth in range(6):
                with runtime.unit_of_work(system_actor()) as mine:
                    wired(mine)
                    target = beat.groups[(nth + 1) % 2].id
                    move_zones(mine, targets=[ZoneTarget(zone_id, target)], size_reason="to and fro")
        except BaseException as error:
            errors.append(error)

    def orders():
        try:
            for _ in range(12):
                with runtime.unit_of_work(system_actor()) as mine:
                    # As of a look that may be long ago: the zone moved meanwhile.
                    draft = work_orders.NewOrder(draft_places, "repair", Priority.ROUTINE, "x", mine.now)
                    work_orders.create_orders(mine, [draft])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=shuttle), threading.Thread(target=orders), threading.Thread(target=orders)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    with runtime.reading(system_actor()) as reading:
        present = queries.places_of_zone(reading, zone_id).group_id
        found = reading.session.query(WorkOrder.group_id).filter(WorkOrder.zone_id == zone_id).all()
        assert len(found) == 24
        assert {row.group_id for row in found} == {present}


def test_the_phones_of_those_who_answer_for_a_moved_zone_hear_of_it(beat):
    beat.uow.changes.clear()
    move(beat, beat.groups[0].zones[0], beat.groups[1].id, size_reason="x")
    manager = beat.groups[0].technicians[0]
    assert (f"user:{manager}", "me") in {(one.scope, one.type) for one in beat.uow.changes}
    assert queries.responsible(beat.uow, [beat.groups[0].zones[0]], beat.uow.now) == {beat.groups[0].zones[0]: manager}
    assert (
        DutyKind.ZONE_MANAGER
        in queries.holders(beat.uow, [beat.groups[0].zones[0]], beat.uow.now)[beat.groups[0].zones[0]]
    )
