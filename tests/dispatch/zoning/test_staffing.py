"""People for groups, and zones for people."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.zoning.balancing import spread
from dispatch.zoning.staffing import staff

A, B, C, D = (UUID(int=nth) for nth in range(1, 5))


def test_people_stay_and_share_the_zones_of_their_group_evenly():
    found = staff([[0, 1, 2, 3]], [4.0, 3.0, 2.0, 1.0], {A: 0, B: 0}, {})
    assert found.people == ((A, B),)
    loads = {A: 0.0, B: 0.0}
    for zone, person in found.managers.items():
        loads[person] += [4.0, 3.0, 2.0, 1.0][zone]
    assert set(loads.values()) == {5.0}


def test_zones_keep_their_manager_where_it_is_even_enough():
    today = {0: A, 1: A, 2: B, 3: B}
    assert staff([[0, 1, 2, 3]], [1.0, 1.0, 1.0, 1.01], {A: 0, B: 0}, today).managers == today


def test_somebody_goes_where_there_is_most_to_do_for_each():
    found = staff([[0, 1], [2, 3]], [1.0, 1.0, 3.0, 3.0], {A: 0, B: 0, C: 1}, {0: A, 1: A, 2: C, 3: C})
    assert found.people == ((A,), (B, C))
    assert set(found.managers.values()) == {A, B, C}


def test_who_works_in_none_of_the_groups_is_given_one_and_a_group_is_not_left_alone():
    assert staff([[0], [1]], [1.0, 1.0], {A: 0, B: None}, {}).people == ((A,), (B,))
    assert staff([[0], [1]], [1.0, 1.0], {A: 0, B: 0}, {0: A}).people == ((A,), (B,))


def test_without_people_nobody_manages_anything():
    found = staff([[0], [1]], [1.0, 1.0], {}, {0: A})
    assert (found.people, dict(found.managers)) == (((), ()), {})
    alone = staff([[0], [1]], [1.0, 2.0], {A: 0}, {})
    assert alone.people == ((), (A,)) or alone.people == ((A,), ())


@settings(max_examples=60)
@given(st.data())
def test_everybody_is_somewhere_once_and_every_zone_of_a_group_with_people_has_somebody_of_it(data):
    sizes = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    groups, first = [], 0
    for size in sizes:
        groups.append(list(range(first, first + size)))
        first += size
    loads = data.draw(st.lists(st.floats(0, 1), min_size=first, max_size=first))
    places = st.one_of(st.none(), st.integers(0, len(groups) - 1))
    home = {UUID(int=nth): data.draw(places) for nth in range(data.draw(st.integers(0, 6)))}
    managers = {
        zone: data.draw(st.sampled_from(sorted(home))) for zone in range(first) if home and data.draw(st.booleans())
    }
    found = staff(groups, loads, home, managers)
    assert sorted(person for crowd in found.people for person in crowd) == sorted(home)
    for group, crowd in zip(groups, found.people, strict=True):
        assert all((found.managers.get(zone) in crowd) == bool(crowd) for zone in group)
    assert staff(groups, loads, home, managers) == found


def test_no_manager_has_all_while_another_has_nothing():
    found = staff([[0, 1, 2]], [1.0, 1.0, 1.0], {A: 0, B: 0, C: 0}, dict.fromkeys(range(3), A))
    held = [sum(one == person for one in found.managers.values()) for person in (A, B, C)]
    assert spread(held) == 0
    assert D not in found.managers.values()
