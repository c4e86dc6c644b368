"""Who may open, draw, rename and retire places, and appoint people; on both databases."""

from datetime import timedelta

import pytest

from dispatch.territory import queries, service
from dispatch.territory.duties import DutyKind
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories


def code_of(call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    return caught.value.code


@pytest.fixture
def place(uow):
    return factories.places(uow)


def later(uow, **passed):
    return UnitOfWork(uow.session, uow.actor, uow.now + timedelta(**passed), uow.new_id, uow.handlers)


def test_a_region_is_opened_with_its_feed_and_an_iana_time_zone(uow):
    region_id = service.open_region(uow, code="LS", name="涟水", timezone="Asia/Shanghai")
    assert queries.region(uow, region_id).timezone == "Asia/Shanghai"
    refused = code_of(service.open_region, uow, code="X", name="X", timezone="Mars/Olympus")
    assert refused == "territory.timezone_unknown"


def test_a_code_is_used_once_in_its_surroundings(uow, place):
    other = service.open_station(uow, region_id=place.region_id, code="S1", name="One")
    assert code_of(service.open_station, uow, region_id=place.region_id, code="S1", name="Two") == (
        "territory.code_taken"
    )
    # Each station numbers its own groups; zones are numbered through the whole region.
    service.open_group(uow, station_id=place.station_id, code="G1", name="One")
    group_id = service.open_group(uow, station_id=other, code="G1", name="One")
    service.draw_zone(uow, group_id=place.group_id, code="Z1", name="One", boundary=None)
    assert code_of(service.draw_zone, uow, group_id=group_id, code="Z1", name="Two", boundary=None) == (
        "territory.code_taken"
    )


def test_a_name_that_does_not_fit_is_refused_with_its_path(uow, place):
    with pytest.raises(DomainError) as caught:
        service.open_group(uow, station_id=place.station_id, code="G9", name="x" * 81)
    assert caught.value.fields[0].path == "/name"


def test_a_zone_knows_all_that_is_above_it(uow, place):
    assert queries.places_of_zones(uow, [place.zone_id]) == {place.zone_id: place}


def test_a_zone_without_ground_or_with_fewer_than_no_subscribers_is_refused(uow, place):
    point = {"type": "Point", "coordinates": [0, 0]}
    draw = service.draw_zone
    assert code_of(draw, uow, group_id=place.group_id, code="a", name="a", boundary=point) == "territory.boundary_type"
    assert code_of(draw, uow, group_id=place.group_id, code="a", name="a", boundary=None, subscribers=-1) == (
        "territory.subscribers_negative"
    )


def test_redrawing_counts_a_version_only_when_something_changed(uow, place):
    ground = factories.square(33.8, 119.3)
    assert service.redraw_zone(uow, zone_id=place.zone_id, boundary=ground) == 2
    assert service.redraw_zone(uow, zone_id=place.zone_id, boundary=ground) == 2
    assert service.redraw_zone(uow, zone_id=place.zone_id, boundary=ground, subscribers=7) == 3
    detail = queries.zone(uow, place.zone_id)
    assert (detail.boundary, detail.row.subscribers, detail.row.version) == (ground, 7, 3)


def test_a_change_over_somebody_elses_is_refused(uow, place):
    service.rename(uow, level=Level.ZONE, place_id=place.zone_id, name="东一片区", expected_version=1)
    stale = {"zone_id": place.zone_id, "boundary": None, "expected_version": 1}
    assert code_of(service.redraw_zone, uow, **stale) == "stale"
    assert queries.zone(uow, place.zone_id).row.name == "东一片区"


@pytest.mark.parametrize("level", [Level.REGION, Level.STATION, Level.GROUP])
def test_every_place_can_be_renamed(uow, place, level):
    place_id = {Level.REGION: place.region_id, Level.STATION: place.station_id, Level.GROUP: place.group_id}[level]
    service.rename(uow, level=level, place_id=place_id, name="新名")
    read = {Level.REGION: queries.region, Level.STATION: queries.station, Level.GROUP: queries.group}[level]
    assert read(uow, place_id).name == "新名"


SYSTEM = system_actor()
WRITES = {
    "draw": lambda uow, p: service.draw_zone(
        uow, group_id=p.group_id, code=factories.code(uow, "n"), name="new", boundary=None
    ),
    "redraw": lambda uow, p: service.redraw_zone(uow, zone_id=p.zone_id, boundary=None),
    "rename": lambda uow, p: service.rename(uow, level=Level.ZONE, place_id=p.zone_id, name="new"),
    "open group": lambda uow, p: service.open_group(
        uow, station_id=p.station_id, code=factories.code(uow, "n"), name="new"
    ),
    "appoint": lambda uow, p: service.appoint(
        uow,
        place_id=p.zone_id,
        kind=DutyKind.ZONE_MANAGER,
        user_id=factories.user(factories.acting(uow, SYSTEM), region_id=p.region_id),
    ),
    "relieve": lambda uow, p: service.relieve_deputy(uow, zone_id=p.zone_id),
    "retire": lambda uow, p: service.retire(uow, level=Level.ZONE, place_id=p.zone_id, size_reason="wound up"),
}
"""Every change of the territory at one place, in an order in which all of them are possible."""


@pytest.mark.parametrize(
    ("role", "level", "outcome"),
    [
        (Role.STATION_MANAGER, Level.STATION, "done"),
        (Role.REGIONAL_OPERATIONS, Level.REGION, "done"),
        (Role.ADMINISTRATOR, Level.REGION, "done"),
        (Role.AGENT, Level.REGION, "forbidden"),
        (Role.GROUP_LEADER, Level.STATION, "forbidden"),
        (Role.TECHNICIAN, Level.REGION, "territory."),
        (Role.ASSESSOR, Level.REGION, "territory."),
    ],
)
def test_only_those_in_charge_of_a_place_may_change_it(uow, place, role, level, outcome):
    place_id = place.region_id if level is Level.REGION else place.station_id
    someone = factories.acting_as(uow, role, level, place_id, place.region_id)
    for name, write in WRITES.items():
        if outcome == "done":
            write(someone, place)
        else:
            assert code_of(write, someone, place).startswith(outcome), name


def test_what_one_may_not_see_one_cannot_change_either_and_does_not_learn_that_it_exists(uow, place):
    elsewhere = factories.places(uow, region_id=place.region_id)
    stranger = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, elsewhere.station_id, place.region_id)
    for name, write in WRITES.items():
        assert code_of(write, stranger, place).endswith("_unknown"), name


def test_stations_are_opened_from_above_and_regions_by_the_administrator_of_all(uow, place):
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, place.station_id, place.region_id)
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, place.region_id, place.region_id)
    assert code_of(service.open_station, manager, region_id=place.region_id, code="n", name="n") == "forbidden"
    service.open_station(operations, region_id=place.region_id, code="n", name="n")
    assert code_of(service.open_region, operations, code="n", name="n", timezone="UTC") == "forbidden"


def test_a_station_manager_does_not_appoint_their_own_successor(uow, place):
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, place.station_id, place.region_id)
    successor = factories.user(uow, region_id=place.region_id)
    appoint = {"place_id": place.station_id, "kind": DutyKind.STATION_MANAGER, "user_id": successor}
    assert code_of(service.appoint, manager, **appoint) == "forbidden"
    service.appoint(uow, **appoint)


def test_an_appointment_hands_the_zone_over_without_gap_or_overlap(uow, place):
    ann, ben = (factories.user(uow, region_id=place.region_id) for _ in range(2))
    begin = uow.now - timedelta(days=30)
    service.appoint(uow, place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=ann, valid_from=begin)
    service.appoint(uow, place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=ben)

    def answers(moment):
        return queries.responsible(uow, [place.zone_id], moment).get(place.zone_id)

    instant = timedelta(microseconds=1)
    assert [answers(begin - instant), answers(begin), answers(uow.now - instant), answers(uow.now)] == [
        None,
        ann,
        ann,
        ben,
    ]


def test_appointing_the_same_person_again_changes_nothing(uow, place):
    ann = factories.user(uow, region_id=place.region_id)
    first = service.appoint(uow, place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=ann)
    again = service.appoint(later(uow, days=3), place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=ann)
    assert again == first
    assert len(queries.duties(uow, place_id=place.zone_id, limit=10).items) == 1


def test_a_deputy_answers_while_there_is_no_manager_and_can_be_relieved(uow, place):
    ann, ben = (factories.user(uow, region_id=place.region_id) for _ in range(2))
    service.appoint(uow, place_id=place.zone_id, kind=DutyKind.DEPUTY, user_id=ann)
    assert queries.responsible(uow, [place.zone_id], uow.now) == {place.zone_id: ann}
    service.appoint(uow, place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=ben)
    assert queries.responsible(uow, [place.zone_id], uow.now) == {place.zone_id: ben}
    service.relieve_deputy(later(uow, hours=1), zone_id=place.zone_id)
    kinds = queries.holders(uow, [place.zone_id], uow.now + timedelta(hours=1))[place.zone_id]
    assert kinds == {DutyKind.ZONE_MANAGER: ben}


def test_only_an_active_person_of_the_region_can_be_appointed(uow, place):
    stranger = factories.user(uow, region_id=factories.region(uow))
    for user_id in (stranger, uow.new_id()):
        refused = code_of(service.appoint, uow, place_id=place.zone_id, kind=DutyKind.DEPUTY, user_id=user_id)
        assert refused == "territory.person_unknown"


def test_a_duty_is_for_its_own_kind_of_place(uow, place):
    ann = factories.user(uow, region_id=place.region_id)
    wrong = {"place_id": place.zone_id, "kind": DutyKind.GROUP_LEADER, "user_id": ann}
    assert code_of(service.appoint, uow, **wrong) == "territory.group_unknown"


def test_the_phones_of_both_are_told_about_a_hand_over(uow, place):
    ann, ben = (factories.user(uow, region_id=place.region_id) for _ in range(2))
    service.appoint(uow, place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=ann)
    next_day = later(uow, days=1)
    service.appoint(next_day, place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=ben)
    assert {(change.scope, change.type) for change in next_day.changes} == {
        (f"user:{ann}", "me"),
        (f"user:{ben}", "me"),
    }


def test_retiring_goes_from_the_inside_out_and_ends_duties(uow, place):
    ann = factories.user(uow, region_id=place.region_id)
    service.appoint(uow, place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=ann)
    tomorrow = later(uow, days=1)
    for level, place_id in ((Level.STATION, place.station_id), (Level.GROUP, place.group_id)):
        assert code_of(service.retire, tomorrow, level=level, place_id=place_id) == "territory.not_empty"
    for level, place_id in (
        (Level.ZONE, place.zone_id),
        (Level.GROUP, place.group_id),
        (Level.STATION, place.station_id),
    ):
        service.retire(tomorrow, level=level, place_id=place_id)
    assert queries.responsible(uow, [place.zone_id], tomorrow.now) == {}
    assert queries.responsible(uow, [place.zone_id], uow.now) == {place.zone_id: ann}
    assert queries.zones(uow, limit=10, region_id=place.region_id).items == ()
    assert len(queries.zones(uow, limit=10, region_id=place.region_id, with_retired=True).items) == 1
    assert queries.zone_index(uow, place.region_id).find(33.8, 119.3) == ()
