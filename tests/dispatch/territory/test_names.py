from dispatch.territory import queries
from dispatch.territory.names import places_by_codes
from dispatch.territory.places import Places
from kernel.actor import Level
from tests import factories
from tests.statements import recorded


def test_codes_lead_to_places_from_the_region_down(uow):
    here, other = factories.places(uow), factories.places(uow)
    region, station = queries.region(uow, here.region_id).code, queries.station(uow, here.station_id).code
    group, zone = queries.group(uow, here.group_id).code, queries.zone(uow, here.zone_id).row.code
    elsewhere = queries.region(uow, other.region_id).code
    wanted = {
        (Level.REGION, (region,)): Places(here.region_id),
        (Level.STATION, (region, station)): Places(here.region_id, here.station_id),
        (Level.GROUP, (region, station, group)): Places(here.region_id, here.station_id, here.group_id),
        (Level.ZONE, (region, zone)): here,
    }
    nowhere = {(Level.STATION, (elsewhere, station)), (Level.REGION, ("none",)), (Level.ZONE, (region,))}
    with recorded(uow.session) as statements:
        assert places_by_codes(uow, {*wanted, *nowhere}) == wanted
    assert len(statements) == 4
    assert places_by_codes(uow, ()) == {}
