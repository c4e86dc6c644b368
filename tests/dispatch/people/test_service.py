from datetime import date, timedelta
from uuid import UUID

import pytest

from dispatch.accounts import queries as accounts
from dispatch.accounts import service as accounts_service
from dispatch.people import queries, service
from dispatch.people.eligibility import HeldSkill
from dispatch.territory import service as territory
from dispatch.territory.places import Places
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

NOBODY = UUID(int=9)


def refusal(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def paths(error: DomainError) -> list[str]:
    return [problem.path for problem in error.fields]


@pytest.fixture
def here(uow):
    return factories.places(uow)


@pytest.fixture
def next_door(uow, here):
    """Another group of the same station."""
    return Places(here.region_id, here.station_id, factories.group(uow, here.station_id, name="维护二组"))


@pytest.fixture
def elsewhere(uow, here):
    """Another station of the same region."""
    return factories.places(uow, region_id=here.region_id)


@pytest.fixture
def manager(uow, here):
    return factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)


@pytest.fixture
def operations(uow, here):
    return factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, here.region_id, here.region_id)


def technician_places(uow, user_id):
    return {grant.place_id for grant in factories.actor(uow, user_id).grants if grant.role is Role.TECHNICIAN}


# Hiring, moving, leaving


def test_whoever_is_hired_works_in_the_group_and_has_the_role(uow, here, manager):
    user_id = factories.user(uow, region_id=here.region_id)
    service.hire(manager, user_id=user_id, group_id=here.group_id, badge=" 0042 ")
    row = queries.technician(uow, user_id)
    assert (row.region_id, row.station_id, row.group_id) == (here.region_id, here.station_id, here.group_id)
    assert (row.badge, row.left_at, row.created_at) == ("0042", None, NOW)
    assert technician_places(uow, user_id) == {here.group_id}


def test_nobody_is_hired_twice(uow, here, next_door):
    user_id = factories.technician(uow, here)
    refused = refusal(service.hire, uow, user_id=user_id, group_id=next_door.group_id)
    assert (refused.code, paths(refused)) == ("people.already_hired", ["/user_id"])
    assert queries.technician(uow, user_id).group_id == here.group_id


def test_only_an_active_person_of_the_region_is_hired(uow, here, operations):
    stranger = factories.user(uow, region_id=factories.region(uow))
    homeless = factories.user(uow)
    closed = factories.user(uow, region_id=here.region_id)
    accounts_service.set_active(uow, user_id=closed, active=False)
    for user_id in (NOBODY, stranger, homeless, closed):
        for unit in (uow, operations):
            refused = refusal(service.hire, unit, user_id=user_id, group_id=here.group_id)
            assert (refused.code, paths(refused)) == ("people.person_unknown", ["/user_id"])


def test_a_retired_group_takes_nobody_in(uow, here, next_door):
    territory.retire(uow, level=Level.GROUP, place_id=next_door.group_id)
    user_id = factories.user(uow, region_id=here.region_id)
    refused = refusal(service.hire, uow, user_id=user_id, group_id=next_door.group_id)
    assert (refused.code, paths(refused)) == ("people.group_retired", ["/group_id"])


def test_a_move_takes_the_role_along(uow, here, next_door, manager):
    user_id = factories.technician(uow, here)
    service.move_to_group(manager, technician_id=user_id, group_id=next_door.group_id)
    assert queries.technician(uow, user_id).group_id == next_door.group_id
    assert technician_places(uow, user_id) == {next_door.group_id}
    service.move_to_group(manager, technician_id=user_id, group_id=next_door.group_id)
    assert technician_places(uow, user_id) == {next_door.group_id}


def test_a_move_to_another_station_takes_a_say_over_both(uow, here, elsewhere, manager, operations):
    user_id = factories.technician(uow, here)
    move = {"technician_id": user_id, "group_id": elsewhere.group_id}
    assert refusal(service.move_to_group, manager, **move).code == "territory.group_unknown"
    service.move_to_group(operations, **move)
    row = queries.technician(uow, user_id)
    assert (row.station_id, row.group_id) == (elsewhere.station_id, elsewhere.group_id)
    move["group_id"] = here.group_id
    assert refusal(service.move_to_group, manager, **move).code == "people.unknown"


def test_nobody_moves_to_another_region(uow, here):
    user_id = factories.technician(uow, here)
    refused = refusal(service.move_to_group, uow, technician_id=user_id, group_id=factories.places(uow).group_id)
    assert (refused.code, paths(refused)) == ("people.person_unknown", ["/group_id"])


def test_a_badge_is_given_anew(uow, here, manager):
    user_id = factories.technician(uow, here)
    uow.changes.clear()
    service.set_badge(manager, technician_id=user_id, badge=" W-99 ")
    assert queries.technician(uow, user_id).badge == "W-99"
    assert [one.id for one in uow.changes] == [str(user_id)]
    refused = refusal(service.set_badge, manager, technician_id=user_id, badge="x" * 33)
    assert (refused.code, paths(refused)) == ("invalid", ["/badge"])


def test_whoever_left_is_kept_without_the_role_and_may_come_back(uow, here, next_door, manager):
    user_id = factories.technician(uow, here)
    service.leave(manager, technician_id=user_id)
    assert queries.technician(uow, user_id).left_at == NOW
    assert technician_places(uow, user_id) == set()
    assert accounts.user(uow, user_id).active
    service.hire(manager, user_id=user_id, group_id=next_door.group_id)
    row = queries.technician(uow, user_id)
    assert (row.left_at, row.group_id, row.badge) == (None, next_door.group_id, None)
    assert technician_places(uow, user_id) == {next_door.group_id}


def test_nothing_more_is_done_with_whoever_left(uow, here, next_door):
    user_id = factories.technician(uow, here, skills={"catv": 1})
    service.leave(uow, technician_id=user_id)
    for call, more in (
        (service.leave, {}),
        (service.move_to_group, {"group_id": next_door.group_id}),
        (service.certify, {"skill": "catv"}),
        (service.withdraw_skill, {"skill": "catv"}),
    ):
        assert refusal(call, uow, technician_id=user_id, **more).code == "people.left"


@pytest.mark.parametrize("role", [Role.GROUP_LEADER, Role.AGENT, Role.TECHNICIAN])
def test_hiring_and_certifying_is_for_managers(uow, here, next_door, role):
    technician = factories.technician(uow, here, skills={"catv": 1})
    new = factories.user(uow, region_id=here.region_id)
    mine = factories.acting_as(uow, role, Level.STATION, here.station_id, here.region_id)
    expected = "forbidden" if role is not Role.TECHNICIAN else "people.unknown"
    for call, more in (
        (service.leave, {}),
        (service.move_to_group, {"group_id": next_door.group_id}),
        (service.certify, {"skill": "catv"}),
        (service.withdraw_skill, {"skill": "catv"}),
    ):
        assert refusal(call, mine, technician_id=technician, **more).code == expected
    refused = refusal(service.hire, mine, user_id=new, group_id=here.group_id)
    assert refused.code == ("forbidden" if role is not Role.TECHNICIAN else "territory.group_unknown")


# Skills


def test_a_skill_is_defined_by_the_region_and_may_be_renamed(uow, here, operations, manager):
    service.define_skill(operations, region_id=here.region_id, code="catv", name="有线电视")
    service.define_skill(operations, region_id=here.region_id, code="catv", name="有线电视维护")
    assert [(skill.code, skill.name) for skill in queries.skills(uow, here.region_id)] == [("catv", "有线电视维护")]
    skill = {"region_id": here.region_id, "code": "fibre", "name": "光纤熔接"}
    assert refusal(service.define_skill, manager, **skill).code == "forbidden"
    stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, *(factories.region(uow),) * 2)
    assert refusal(service.define_skill, stranger, **skill).code == "territory.region_unknown"


@pytest.mark.parametrize(("field", "value"), [("code", " "), ("code", "x" * 33), ("name", ""), ("name", "x" * 81)])
def test_a_skill_without_a_usable_text_is_refused_with_its_path(uow, here, field, value):
    skill = {"code": "catv", "name": "有线电视", field: value}
    assert paths(refusal(service.define_skill, uow, region_id=here.region_id, **skill)) == [f"/{field}"]


def test_a_certificate_is_noted_and_replaced(uow, here, manager):
    user_id = factories.technician(uow, here, skills={"catv": 1, "fibre": 2})
    until = date(2027, 5, 31)
    service.certify(manager, technician_id=user_id, skill="catv", level=4, certificate=" 苏-0815 ", valid_until=until)
    assert queries.technician(uow, user_id).skills == (HeldSkill("catv", 4, "苏-0815", until), HeldSkill("fibre", 2))
    service.certify(manager, technician_id=user_id, skill="catv", level=5)
    service.withdraw_skill(manager, technician_id=user_id, skill="fibre")
    service.withdraw_skill(manager, technician_id=user_id, skill="fibre")
    assert queries.technician(uow, user_id).skills == (HeldSkill("catv", 5),)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("level", 0, "people.level_wrong"),
        ("level", 6, "people.level_wrong"),
        ("skill", "juggling", "people.skill_unknown"),
        ("certificate", "x" * 65, "invalid"),
    ],
)
def test_an_unusable_certificate_is_refused_with_its_path(uow, here, field, value, code):
    user_id = factories.technician(uow, here, skills={"catv": 1})
    refused = refusal(service.certify, uow, technician_id=user_id, **{"skill": "catv", field: value})
    assert (refused.code, paths(refused)) == (code, [f"/{field}"])


def test_a_skill_of_another_region_is_not_known_here(uow, here):
    factories.technician(uow, factories.places(uow), skills={"catv": 1})
    user_id = factories.technician(uow, here)
    assert refusal(service.certify, uow, technician_id=user_id, skill="catv").code == "people.skill_unknown"


def test_what_changes_about_a_technician_goes_to_their_phones(uow, here, next_door):
    user_id = factories.technician(uow, here, skills={"catv": 1})
    for change in (
        lambda: service.certify(uow, technician_id=user_id, skill="catv", level=2),
        lambda: service.withdraw_skill(uow, technician_id=user_id, skill="catv"),
        lambda: service.move_to_group(uow, technician_id=user_id, group_id=next_door.group_id),
        lambda: service.leave(uow, technician_id=user_id),
    ):
        uow.changes.clear()
        change()
        assert {(one.scope, one.type) for one in uow.changes} == {(f"user:{user_id}", "me")}


# Roles at places


def test_a_station_manager_gives_roles_anywhere_in_the_station(uow, here, next_door, manager):
    user_id = factories.user(uow, region_id=here.region_id)
    for role, level, place_id in (
        (Role.AGENT, Level.STATION, here.station_id),
        (Role.GROUP_LEADER, Level.GROUP, next_door.group_id),
        (Role.TECHNICIAN, Level.ZONE, here.zone_id),
    ):
        service.give_role(manager, user_id=user_id, role=role, level=level, place_id=place_id)
    held = factories.actor(uow, user_id).grants
    assert {(grant.role, grant.place_id) for grant in held} == {
        (Role.AGENT, here.station_id),
        (Role.GROUP_LEADER, next_door.group_id),
        (Role.TECHNICIAN, here.zone_id),
    }
    service.take_role(manager, user_id=user_id, role=Role.TECHNICIAN, level=Level.ZONE, place_id=here.zone_id)
    service.take_role(manager, user_id=user_id, role=Role.AGENT, level=Level.STATION, place_id=here.station_id)
    service.take_role(manager, user_id=user_id, role=Role.AGENT, level=Level.STATION, place_id=here.station_id)
    assert factories.actor(uow, user_id).roles == {Role.GROUP_LEADER}


@pytest.mark.parametrize(
    ("level", "place", "code"),
    [
        (Level.ZONE, "zone_id", "territory.zone_unknown"),
        (Level.GROUP, "group_id", "territory.group_unknown"),
        (Level.STATION, "station_id", "territory.station_unknown"),
        (Level.REGION, "region_id", "accounts.may_not_grant"),
        (Level.EVERYWHERE, None, "accounts.may_not_grant"),
    ],
)
def test_no_role_is_given_or_taken_outside_of_ones_own_places(uow, here, elsewhere, manager, level, place, code):
    user_id = factories.user(uow, region_id=here.region_id)
    place_id = place and getattr(elsewhere, place)
    role = {"user_id": user_id, "role": Role.TECHNICIAN, "level": level, "place_id": place_id}
    assert refusal(service.give_role, manager, **role).code == code
    service.give_role(uow, **role)
    assert refusal(service.take_role, manager, **role).code == code


def test_people_of_a_region_hold_roles_in_it_and_people_of_none_anywhere(uow, here):
    role = {"role": Role.ASSESSOR, "level": Level.REGION, "place_id": here.region_id}
    for user_id in (factories.user(uow, region_id=factories.region(uow)), NOBODY):
        refused = refusal(service.give_role, uow, user_id=user_id, **role)
        assert (refused.code, paths(refused)) == ("people.person_unknown", ["/user_id"])
    assessor = factories.user(uow)
    service.give_role(uow, user_id=assessor, **role, valid_to=NOW + timedelta(days=1))
    assert factories.actor(uow, assessor).roles == {Role.ASSESSOR}


def test_hiring_takes_a_fixed_number_of_statements(uow, here, manager):
    counts = []
    for _ in range(2):
        user_id = factories.user(uow, region_id=here.region_id)
        with recorded(uow.session) as seen:
            service.hire(manager, user_id=user_id, group_id=here.group_id)
        counts.append(len(seen))
    assert counts == [7, 7]
