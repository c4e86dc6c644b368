"""Who answered for what and when: of a station, of a person, and where nobody does."""

from datetime import timedelta

import pytest

from dispatch.accounts import service as accounts
from dispatch.people import service as people
from dispatch.territory import answering, queries
from dispatch.territory.answering import Vacancy
from dispatch.territory.appointing import appoint, vacate
from dispatch.territory.duties import DutyKind
from dispatch.territory.retiring import retire
from kernel.actor import Level, Role
from tests import factories
from tests.dispatch.beat import make_beat
from tests.statements import recorded

DAY = timedelta(days=1)


@pytest.fixture
def beat(uow):
    return make_beat(uow)


def test_a_whole_station_tells_who_answered_at_a_moment(beat):
    uow, (here, there) = beat.uow, beat.groups
    appoint(uow, place_id=here.zones[0], kind=DutyKind.ZONE_MANAGER, user_id=here.technicians[1])
    before, now = (answering.answering_at(uow, beat.station_id, at) for at in (uow.now - DAY, uow.now))
    assert [one.level for one in now] == ["station"] + ["group"] * 2 + ["zone"] * 6

    def managers(rows):
        return {one.id: [duty.user_id for duty in one.duties] for one in rows}

    assert managers(before)[here.zones[0]] == [here.technicians[0]]
    assert managers(now)[here.zones[0]] == [here.technicians[1]]
    assert managers(now)[there.id] == [there.leader]
    assert managers(now)[beat.station_id] == []
    assert all(not one.duties for one in answering.answering_at(uow, beat.station_id, uow.now - 60 * DAY))


def test_it_takes_two_statements_and_shows_what_the_caller_sees(beat):
    leader = factories.acting_as(beat.uow, Role.GROUP_LEADER, Level.GROUP, beat.groups[0].id, beat.region_id)
    with recorded(beat.uow.session) as seen:
        rows = answering.answering_at(leader, beat.station_id, beat.uow.now)
    assert len(seen) == 2
    assert {one.id for one in rows} == {beat.groups[0].id, *beat.groups[0].zones}


def test_a_person_tells_what_they_answered_for_then(beat):
    uow, group = beat.uow, beat.groups[0]
    first, second = group.technicians
    appoint(uow, place_id=group.zones[0], kind=DutyKind.ZONE_MANAGER, user_id=second)
    page = answering.duties_of_person(uow, first, limit=9)
    assert {one.place_id for one in page.items} == set(group.zones)
    now = answering.duties_of_person(uow, first, limit=9, at=uow.now)
    assert {one.place_id for one in now.items} == set(group.zones[1:])
    mine = answering.duties_of_person(factories.acting(uow, first), first, limit=9)
    assert mine.items == page.items
    stranger = factories.acting_as(
        uow, Role.STATION_MANAGER, Level.STATION, factories.station(uow, beat.region_id), beat.region_id
    )
    assert answering.duties_of_person(stranger, first, limit=9).items == ()


def vacant(uow, **where):
    return {one.id: one for one in answering.vacancies(uow, limit=50, **where).items}


def test_vacancies_are_places_that_nobody_answers_for_or_soon_nobody_will(beat):
    uow, (here, there) = beat.uow, beat.groups
    assert set(vacant(uow, station_id=beat.station_id)) == {beat.station_id}
    vacate(uow, place_id=here.zones[0], kind=DutyKind.ZONE_MANAGER, reason="sick")
    vacate(uow, place_id=here.id, kind=DutyKind.GROUP_LEADER, reason="retires", valid_from=uow.now + DAY)
    people.leave(uow, technician_id=there.technicians[0])
    found = vacant(uow, region_id=beat.region_id)
    assert {key: one.state for key, one in found.items()} == {
        beat.station_id: Vacancy.VACANT,
        here.zones[0]: Vacancy.VACANT,
        here.id: Vacancy.ENDING,
        **dict.fromkeys(there.zones, Vacancy.HOLDER_GONE),
    }
    assert (found[here.zones[0]].since, found[here.zones[0]].reason) == (uow.now, "sick")
    assert (found[here.id].since, found[here.id].user_id) == (uow.now + DAY, here.leader)
    successor = factories.user(uow, region_id=beat.region_id)
    appoint(uow, place_id=here.id, kind=DutyKind.GROUP_LEADER, user_id=successor, valid_from=uow.now + DAY)
    assert here.id not in vacant(uow)


def test_who_comes_back_is_no_longer_missing(beat):
    uow, group = beat.uow, beat.groups[0]
    accounts.set_active(uow, user_id=group.leader, active=False)
    assert vacant(uow)[group.id].state is Vacancy.HOLDER_GONE
    accounts.set_active(uow, user_id=group.leader, active=True)
    assert group.id not in vacant(uow)
    people.leave(uow, technician_id=group.technicians[0])
    accounts.set_active(uow, user_id=group.technicians[0], active=False)
    accounts.set_active(uow, user_id=group.technicians[0], active=True)
    assert vacant(uow)[group.zones[0]].state is Vacancy.HOLDER_GONE
    people.hire(uow, user_id=group.technicians[0], group_id=group.id)
    assert group.zones[0] not in vacant(uow)


def test_a_deputy_answers_for_a_manager_who_has_left(beat):
    uow, group = beat.uow, beat.groups[0]
    zone_id = group.zones[0]
    people.leave(uow, technician_id=group.technicians[0])
    assert queries.responsible(uow, [zone_id], uow.now) == {zone_id: group.technicians[0]}
    appoint(uow, place_id=zone_id, kind=DutyKind.DEPUTY, user_id=group.technicians[1])
    assert queries.responsible(uow, [zone_id], uow.now) == {zone_id: group.technicians[1]}
    assert queries.responsible(uow, [zone_id], uow.now - DAY) == {zone_id: group.technicians[0]}


def test_retired_places_are_no_vacancies_and_the_list_goes_page_by_page(beat):
    uow, group = beat.uow, beat.groups[0]
    people.leave(uow, technician_id=group.technicians[0])
    retire(uow, level=Level.ZONE, place_id=group.zones[0], size_reason="x")
    seen, after = [], None
    while True:
        page = answering.vacancies(uow, station_id=beat.station_id, limit=1, after=after)
        seen += [one.id for one in page.items]
        after = page.after
        if after is None:
            break
    assert sorted(seen) == sorted([beat.station_id, *group.zones[1:]])


def test_a_phone_knows_what_its_person_answers_for_and_will(beat):
    uow, (here, there) = beat.uow, beat.groups
    second = here.technicians[1]
    appoint(uow, place_id=there.zones[0], kind=DutyKind.ZONE_MANAGER, user_id=second, valid_from=uow.now + DAY)
    (ahead,) = answering.duties_ahead(uow, second)
    assert (ahead.place_id, ahead.valid_from) == (there.zones[0], uow.now + DAY)
