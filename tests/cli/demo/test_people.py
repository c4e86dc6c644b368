"""Who works in the demo."""

import random
from collections import Counter

from cli.demo.people import PASSWORD, SKILLS, staff
from cli.demo.places import GUANNAN, LIANSHUI, STATIONS
from dispatch.accounts.strength import check_strength
from kernel.actor import Role

PEOPLE = staff(random.Random("people"))


def test_everybody_is_there_once():
    logins = [person.login for person in PEOPLE]
    assert len(set(logins)) == len(logins)
    assert {"admin", "region", "station", "agent", "leader1", "leader4", "tech01", "tech12"} <= set(logins)
    assert {"region-gn", "station-gn", "agent-gn", "leader-gn", "tech13", "tech14"} <= set(logins)


def test_a_dozen_technicians_answer_for_all_zones_of_lianshui():
    mine = [person for person in PEOPLE if person.is_technician and person.region == LIANSHUI.region_code]
    assert len(mine) == 12
    assert Counter(zone for person in mine for zone in person.zones) == dict.fromkeys(
        (zone.code for zone in LIANSHUI.zones), 1
    )


def test_technicians_answer_only_for_zones_of_their_own_group():
    zones = {group.code: {zone.code for zone in group.zones} for station in STATIONS for group in station.groups}
    technicians = [person for person in PEOPLE if person.is_technician]
    assert all(set(person.zones) <= zones[str(person.place)] for person in technicians)


def test_every_group_has_somebody_who_splices_fibre():
    groups = {group.code for station in (LIANSHUI, GUANNAN) for group in station.groups}
    able = {person.place for person in PEOPLE if "fibre" in dict(person.skills)}
    assert groups <= able
    assert all(skill in SKILLS and 1 <= level <= 5 for person in PEOPLE for skill, level in person.skills)


def test_every_role_of_the_house_but_the_assessor_can_be_tried():
    assert {person.role for person in PEOPLE} == set(Role) - {Role.ASSESSOR}


def test_the_password_is_one_that_the_product_takes():
    for person in PEOPLE:
        check_strength(PASSWORD, (person.login, person.name), least_score=2)


def test_the_same_seed_makes_the_same_people():
    assert staff(random.Random("people")) == PEOPLE
