import pytest

from dispatch.people.roster import patterns, queries
from dispatch.people.roster.places import roster_place
from kernel.actor import Level, Role
from tests import factories
from tests.dispatch.people.refusing import refusal, refused_at


def shift(**more):
    return {"code": "duty", "name": "值班", "starts": "08:00", "ends": "08:00", **more}


def test_a_group_has_the_shifts_of_its_station_and_its_own_go_before(crew):
    group = {"group_id": crew.here.group_id}
    patterns.add_shift_type(crew.leader, **group, **shift(code="day", starts="07:30", ends="15:30"))
    mine = patterns.shift_times_of(crew.uow, roster_place(crew.uow, **group, station_id=None))
    assert mine == {"day": ("07:30", "15:30"), "late": ("16:00", "00:00"), "night": ("00:00", "08:00")}
    whole = roster_place(crew.uow, group_id=None, station_id=crew.here.station_id)
    assert patterns.shift_times_of(crew.uow, whole)["day"] == ("08:00", "16:00")


def test_a_code_is_used_once_until_it_is_retired(crew):
    group = {"group_id": crew.here.group_id}
    first = patterns.add_shift_type(crew.leader, **group, **shift())
    assert refused_at(patterns.add_shift_type, crew.leader, **group, **shift()) == (
        "people.roster_code_taken",
        ["/code"],
    )
    patterns.retire_shift_type(crew.leader, shift_type_id=first)
    patterns.retire_shift_type(crew.leader, shift_type_id=first)
    second = patterns.add_shift_type(crew.leader, **group, **shift(starts="09:00"))
    rows = queries.page_of_shift_types(crew.leader, limit=10, with_retired=True).items
    assert [(row.id, row.starts, row.retired_at) for row in rows] == [(second, "09:00", None)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"starts": "24:00"}, ("people.clock_wrong", ["/starts"])),
        ({"ends": "8"}, ("people.clock_wrong", ["/ends"])),
        ({"code": " "}, ("invalid", ["/code"])),
        ({"code": "x" * 17}, ("invalid", ["/code"])),
        ({"name": ""}, ("invalid", ["/name"])),
        ({"group_id": None}, ("people.place_wrong", ["/group_id"])),
    ],
)
def test_an_unusable_shift_is_refused_with_its_path(crew, change, expected):
    asked = shift(group_id=crew.here.group_id) | change
    assert refused_at(patterns.add_shift_type, crew.leader, **asked) == expected


def test_rotations_name_shifts_of_the_place_and_can_be_retired(crew):
    group = {"group_id": crew.here.group_id}
    key = patterns.add_rotation(crew.leader, **group, code="3-1", name="三班", cycle=["day", "late", "night", None])
    (row,) = queries.page_of_rotations(crew.leader, limit=10).items
    assert (row.id, row.cycle) == (key, ["day", "late", "night", None])
    wrong = {**group, "code": "x", "name": "x", "cycle": ["noon"]}
    assert refused_at(patterns.add_rotation, crew.leader, **wrong) == ("people.rotation_wrong", ["/cycle/0"])
    patterns.retire_rotation(crew.leader, rotation_id=key)
    assert queries.page_of_rotations(crew.leader, limit=10).items == ()


def test_patterns_are_named_by_whoever_keeps_the_roster_and_seen_in_scope(crew):
    here, uow = crew.here, crew.uow
    station = {"station_id": here.station_id, **shift()}
    assert refusal(patterns.add_shift_type, crew.leader, **station).code == "territory.station_unknown"
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, here.station_id, here.region_id)
    assert refusal(patterns.add_shift_type, agent, **station).code == "forbidden"
    (one, *_) = queries.page_of_shift_types(agent, limit=10).items
    assert refusal(patterns.retire_shift_type, agent, shift_type_id=one.id).code == "forbidden"
    stranger = factories.places(uow)
    far = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, stranger.station_id, stranger.region_id)
    assert queries.page_of_shift_types(far, limit=10).items == ()
    assert refusal(patterns.retire_shift_type, far, shift_type_id=one.id).code == "people.shift_type_unknown"
    assert refusal(patterns.retire_rotation, far, rotation_id=one.id).code == "people.rotation_unknown"
