"""Places are taken out of work from the inside out, with a decision about what is open there."""

from datetime import timedelta

import pytest

from dispatch.territory import queries, service
from dispatch.territory.duties import DutyKind
from dispatch.territory.retiring import retire
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.beat import make_beat


def code_of(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value.code


@pytest.fixture
def beat(uow):
    return make_beat(uow)


def test_a_zone_less_takes_a_reason_where_the_group_gets_too_small(beat):
    zone_id = beat.groups[0].zones[0]
    assert code_of(retire, beat.uow, level=Level.ZONE, place_id=zone_id) == "territory.size_reason_missing"
    assert retire(beat.uow, level=Level.ZONE, place_id=zone_id, size_reason="pulled down") == 2
    assert queries.zone(beat.uow, zone_id).row.retired_at == beat.uow.now
    # Again, and nothing changes.
    assert retire(beat.uow, level=Level.ZONE, place_id=zone_id) == 2


def test_a_change_over_somebody_elses_is_refused(beat):
    group_id = factories.group(beat.uow, beat.station_id)
    assert code_of(retire, beat.uow, level=Level.GROUP, place_id=group_id, expected_version=3) == "stale"


def test_duties_end_with_the_place_and_planned_ones_never_begin(beat):
    uow, zone_id = beat.uow, beat.groups[0].zones[0]
    successor = factories.user(uow, region_id=beat.region_id)
    later = uow.now + timedelta(days=3)
    service.appoint(uow, place_id=zone_id, kind=DutyKind.ZONE_MANAGER, user_id=successor, valid_from=later)
    retire(uow, level=Level.ZONE, place_id=zone_id, size_reason="x")
    assert queries.holders(uow, [zone_id], uow.now) == {}
    assert queries.holders(uow, [zone_id], later + timedelta(days=1)) == {}
    (past,) = queries.duties(uow, place_id=zone_id, limit=9).items
    assert (past.valid_to, past.end_reason) == (uow.now, "retired")


def test_nobody_begins_at_a_retired_place_and_nothing_opens_in_it(beat):
    uow = beat.uow
    group_id = factories.group(uow, beat.station_id)
    retire(uow, level=Level.GROUP, place_id=group_id)
    ann = factories.user(uow, region_id=beat.region_id)
    appoint = {"place_id": group_id, "kind": DutyKind.GROUP_LEADER, "user_id": ann}
    assert code_of(service.appoint, uow, **appoint) == "territory.retired"
    assert code_of(factories.zone, uow, group_id) == "territory.retired"
    station_id = factories.station(uow, beat.region_id)
    retire(uow, level=Level.STATION, place_id=station_id)
    assert code_of(factories.group, uow, station_id) == "territory.retired"


def test_a_group_with_people_in_it_is_not_retired(beat):
    uow, group = beat.uow, beat.groups[0]
    for zone_id in group.zones:
        retire(uow, level=Level.ZONE, place_id=zone_id, size_reason="wound up")
    assert code_of(retire, uow, level=Level.GROUP, place_id=group.id) == "people.still_in_group"


def test_a_region_is_retired_by_an_administrator_once_its_stations_are(beat):
    uow, region_id = beat.uow, beat.region_id
    assert code_of(retire, uow, level=Level.REGION, place_id=region_id) == "territory.not_empty"
    empty = factories.region(uow)
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, empty, empty)
    assert code_of(retire, operations, level=Level.REGION, place_id=empty) == "forbidden"
    assert retire(uow, level=Level.REGION, place_id=empty) == 2
    assert queries.region(uow, empty).retired_at == uow.now
    assert code_of(service.open_station, uow, region_id=empty, code="S9", name="x") == "territory.retired"
