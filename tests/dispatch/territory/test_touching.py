"""What somebody answers for, and what holds a zone of theirs."""

from datetime import timedelta

from sqlalchemy import or_, select

from dispatch.territory import service
from dispatch.territory.duties import DutyKind
from dispatch.territory.models import Station, Zone
from dispatch.territory.places import Places
from dispatch.territory.touching import answered_for, touching, working_zones_within
from kernel.actor import Level, Role
from tests import factories


def test_who_answers_for_a_zone_is_touched_by_it_and_by_what_holds_it_while_they_do(uow):
    here, there = factories.places(uow), factories.places(uow)
    technician = factories.technician(uow, here)
    service.appoint(uow, place_id=here.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=technician)
    acting = factories.acting(uow, technician)
    columns = {"station": Zone.station_id, "group": Zone.group_id, "zone": Zone.id}
    seen = uow.session.scalars(select(Zone.id).where(or_(*touching(acting, **columns))))
    assert set(seen) == set(uow.session.scalars(answered_for(acting))) == {here.zone_id}
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, there.group_id, there.region_id)
    held = touching(leader, station=Station.id, group=Station.retired_at, zone=Station.retired_at)
    assert list(uow.session.scalars(select(Station.id).where(held[2]))) == [there.station_id]
    acting.now = uow.now - timedelta(days=1)
    assert list(uow.session.scalars(answered_for(acting))) == []


def test_the_working_zones_of_places_are_found_with_one_question(uow):
    here, there = factories.places(uow), factories.places(uow)
    group = Places(here.region_id, here.station_id, here.group_id)
    station = Places(there.region_id, there.station_id)
    assert {row.id for row in working_zones_within(uow, [group, station])} == {here.zone_id, there.zone_id}
    assert [row.id for row in working_zones_within(uow, [here])] == [here.zone_id]
    assert working_zones_within(uow, []) == []
