from uuid import UUID

import pytest
from sqlalchemy import select

from dispatch.people import queries, service
from dispatch.people.eligibility import HeldSkill
from dispatch.people.models import Technician
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.statements import recorded

NOBODY = UUID(int=9)


@pytest.fixture
def town(uow):
    """Technicians: two in one group, one each in the next group, at the next station, and in another region."""
    here = factories.places(uow)
    group = factories.group(uow, here.station_id)
    next_group = factories.territory_queries.places_of_group(uow, group)
    next_station = factories.places(uow, region_id=here.region_id)
    places = {"zhou": here, "wu": here, "zheng": next_group, "wang": next_station, "feng": factories.places(uow)}
    return {name: (factories.technician(uow, where, name=name), where) for name, where in places.items()}


def ids(town, *names):
    return {town[name][0] for name in names}


def acting(uow, town, role, level, name, place):
    where = town[name][1]
    return factories.acting_as(uow, role, level, getattr(where, place), where.region_id)


@pytest.mark.parametrize(
    ("role", "level", "place", "seen"),
    [
        (Role.GROUP_LEADER, Level.GROUP, "group_id", ("zhou", "wu")),
        (Role.STATION_MANAGER, Level.STATION, "station_id", ("zhou", "wu", "zheng")),
        (Role.AGENT, Level.REGION, "region_id", ("zhou", "wu", "zheng", "wang")),
        (Role.AGENT, Level.ZONE, "zone_id", ()),
        (Role.TECHNICIAN, Level.REGION, "region_id", ()),
        (Role.ASSESSOR, Level.REGION, "region_id", ()),
    ],
)
def test_every_way_to_ask_shows_the_technicians_of_ones_own_places(uow, town, role, level, place, seen):
    mine = acting(uow, town, role, level, "zhou", place)
    everybody = {user_id for user_id, _ in town.values()}
    expected = ids(town, *seen)
    assert {row.id for row in queries.page_of_technicians(mine, limit=100).items} == expected
    assert set(queries.technicians_by_id(mine, everybody)) == expected
    assert set(uow.session.scalars(queries.visible_technician_ids(mine))) == expected
    regions = {where.region_id for _, where in town.values()}
    assert {row.id for row in queries.technicians_in(mine, region_ids=regions)} == expected
    assert {user_id for user_id in everybody if queries.is_active_technician(mine, user_id)} == expected
    for user_id in everybody:
        if user_id in expected:
            assert queries.technician(mine, user_id).id == user_id
        else:
            with pytest.raises(DomainError) as refusal:
                queries.technician(mine, user_id)
            assert refusal.value.code == "people.unknown"


def test_technicians_see_themselves(uow, town):
    mine = factories.acting(uow, town["zhou"][0])
    assert {row.id for row in queries.page_of_technicians(mine, limit=100).items} == ids(town, "zhou")


def test_a_list_comes_in_pages_with_a_fixed_number_of_statements(uow, town):
    here = town["zhou"][1]
    more = [factories.technician(uow, here, skills={"catv": 1, "fibre": 2}) for _ in range(5)]
    seen, after = [], None
    while True:
        with recorded(uow.session) as sql:
            page = queries.page_of_technicians(uow, limit=2, after=after, station_id=here.station_id)
        assert len(sql) == 3
        seen += page.items
        after = page.after
        if after is None:
            break
    assert [row.id for row in seen] == sorted([*more, *ids(town, "zhou", "wu", "zheng")], reverse=True)
    assert seen[0].skills == (HeldSkill("catv", 1), HeldSkill("fibre", 2))


def test_a_list_can_be_narrowed(uow, town):
    user_id, here = town["zhou"]
    service.define_skill(uow, region_id=here.region_id, code="catv", name="有线电视")
    service.certify(uow, technician_id=user_id, skill="catv")
    service.leave(uow, technician_id=town["wu"][0])
    badge = queries.technician(uow, user_id).badge

    def listed(**filters):
        return {row.id for row in queries.page_of_technicians(uow, limit=100, **filters).items}

    assert listed(region_id=here.region_id) == ids(town, "zhou", "wu", "zheng", "wang")
    assert listed(station_id=here.station_id) == ids(town, "zhou", "wu", "zheng")
    assert listed(group_id=here.group_id) == ids(town, "zhou", "wu")
    assert listed(group_id=here.group_id, active=True) == ids(town, "zhou")
    assert listed(active=False) == ids(town, "wu")
    assert listed(skill="catv") == ids(town, "zhou")
    assert listed(skill="cat") == set()
    assert listed(q="hen") == ids(town, "zheng")
    assert listed(q=badge) == ids(town, "zhou")
    assert listed(q="%") == set()


def test_a_technician_is_shown_with_name_phone_and_skills(uow):
    here = factories.places(uow)
    user_id = factories.technician(uow, here, name="周强", skills={"fibre": 3, "catv": 1})
    row = queries.technician(uow, user_id)
    assert (row.name, row.phone) == ("周强", "100 0001 0001")
    assert row.skills == (HeldSkill("catv", 1), HeldSkill("fibre", 3))


def test_the_present_technicians_of_places_come_with_three_statements(uow, town):
    _, here = town["zhou"]
    elsewhere = town["wang"][1]
    service.leave(uow, technician_id=town["wu"][0])

    def found(**places):
        with recorded(uow.session) as seen:
            rows = queries.technicians_in(uow, **places)
        assert len(seen) == (3 if rows else 1)
        return {row.id for row in rows}

    assert found(group_ids=[here.group_id]) == ids(town, "zhou")
    assert found(group_ids=[here.group_id], station_ids=[elsewhere.station_id]) == ids(town, "zhou", "wang")
    assert found(station_ids=[here.station_id]) == ids(town, "zhou", "zheng")
    assert found(region_ids=[here.region_id]) == ids(town, "zhou", "zheng", "wang")
    assert found(region_ids=[here.region_id], limit=1) == ids(town, "zhou")
    assert found() == set()


def test_whether_somebody_may_be_sent_is_asked_by_id_or_its_text(uow, town):
    user_id, _ = town["zhou"]
    assert queries.is_active_technician(uow, str(user_id))
    for wrong in (None, "", "zhou", 7, NOBODY, str(user_id)[:-1]):
        assert not queries.is_active_technician(uow, wrong)
    service.leave(uow, technician_id=user_id)
    assert not queries.is_active_technician(uow, user_id)
    assert set(queries.technicians_by_id(uow, [user_id])) == {user_id}


def test_a_region_shows_its_skills_to_its_own_people(uow, town):
    user_id, here = town["zhou"]
    for code in ("fibre", "catv"):
        service.define_skill(uow, region_id=here.region_id, code=code, name=code)
    for unit in (uow, factories.acting(uow, user_id)):
        assert [skill.code for skill in queries.skills(unit, here.region_id)] == ["catv", "fibre"]
    assert queries.skills(factories.acting(uow, town["feng"][0]), here.region_id) == ()


def test_the_ids_of_visible_technicians_serve_as_a_condition(uow, town):
    mine = acting(uow, town, Role.GROUP_LEADER, Level.GROUP, "zhou", "group_id")
    statement = select(Technician.id).where(Technician.id.in_(queries.visible_technician_ids(mine)))
    assert set(uow.session.scalars(statement)) == ids(town, "zhou", "wu")
