from datetime import date

from dispatch.people.roster.places import roster_place
from tests import factories
from tests.conftest import NOW
from tests.dispatch.people.refusing import refusal, refused_at


def test_a_roster_is_for_a_group_or_a_station(uow):
    here = factories.places(uow)
    group = roster_place(uow, group_id=here.group_id, station_id=None)
    assert (group.place_id, group.station_id, group.region_id) == (here.group_id, here.station_id, here.region_id)
    assert group.day_of(NOW) == date(2026, 11, 22)
    station = roster_place(uow, group_id=None, station_id=here.station_id)
    assert (station.place_id, station.group_id) == (here.station_id, None)
    for both in ((None, None), (here.group_id, here.station_id)):
        code = refused_at(roster_place, uow, group_id=both[0], station_id=both[1])
        assert code == ("people.place_wrong", ["/group_id"])
    assert refusal(roster_place, uow, group_id=uow.new_id(), station_id=None).code == "territory.group_unknown"
