import pytest

from cli import lookup
from cli.console import Complaint
from cli.lookup import Place, find_person, find_place, find_region
from dispatch.accounts import service as accounts
from dispatch.territory import service as territory
from kernel.actor import Level


@pytest.fixture
def two_regions(uow):
    """Two regions whose stations and groups have the same codes, the first one with a zone."""
    places = {}
    for code in ("LS", "GN"):
        region_id = territory.open_region(uow, code=code, name=code, timezone="Asia/Shanghai")
        station_id = territory.open_station(uow, region_id=region_id, code="S1", name="城区服务站")
        group_id = territory.open_group(uow, station_id=station_id, code="G1", name="维护一组")
        places[code] = (region_id, station_id, group_id)
    zone_id = territory.draw_zone(uow, group_id=places["LS"][2], code="Z1", name="涟城一片区", boundary=None)
    return places, zone_id


def test_a_place_is_found_by_its_level_and_code(uow, two_regions):
    places, zone_id = two_regions
    region_id, station_id, group_id = places["GN"]
    assert find_place(uow, "everywhere") == Place(Level.EVERYWHERE, None, None)
    assert find_place(uow, "region:GN") == Place(Level.REGION, region_id, region_id)
    assert find_place(uow, "station:GN/S1") == Place(Level.STATION, station_id, region_id)
    assert find_place(uow, "group:GN/G1") == Place(Level.GROUP, group_id, region_id)
    assert find_place(uow, "zone:Z1") == Place(Level.ZONE, zone_id, places["LS"][0])


def test_a_code_that_several_places_have_wants_the_regions_before_it(uow, two_regions):
    with pytest.raises(Complaint, match=r"2 places with the code 'G1': .* group:REGION/G1"):
        find_place(uow, "group:G1")


@pytest.mark.parametrize("text", ["", "G1", "team:G1", "group:", "group:a/b/c", "everywhere:x"])
def test_what_names_no_place_is_told_how_to_write_one(uow, text):
    with pytest.raises(Complaint, match="names no place: write `everywhere`, or a level and a code") as told:
        find_place(uow, text)
    assert told.value.status == 2


def test_what_is_not_there_is_told_with_what_is(uow, two_regions):
    with pytest.raises(Complaint, match=r"no region with the code 'XX' \(there is: GN, LS\)"):
        find_region(uow, "XX")
    with pytest.raises(Complaint, match="no zone with the code 'Z9'"):
        find_place(uow, "zone:Z9")


def test_somebody_is_found_on_whatever_page_they_are(uow, monkeypatch):
    monkeypatch.setattr(lookup, "ROWS_AT_ONCE", 2)
    ids = {
        login: accounts.create_user(uow, login=login, name=login)
        for login in ("li", "li.ming", "li.na", "li.wei", "wu")
    }
    assert find_person(uow, " LI ").id == ids["li"]
    with pytest.raises(Complaint, match="Nobody has the login 'l'"):
        find_person(uow, "l")
