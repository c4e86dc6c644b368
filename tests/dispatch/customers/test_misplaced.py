"""Sites that lie elsewhere than is recorded; on both databases."""

import pytest

from dispatch.customers import misplaced
from dispatch.customers.misplaced import Finding, judge, misplaced_sites
from dispatch.territory import service
from dispatch.territory.places import Places
from kernel.actor import Level, Role
from tests import factories
from tests.statements import recorded


@pytest.fixture
def ground(uow):
    """Two zones beside each other, with a customer in the first."""
    here = factories.places(uow)
    service.redraw_zone(uow, zone_id=here.zone_id, boundary=factories.square(33.0, 119.0))
    there = factories.places(uow, region_id=here.region_id)
    service.redraw_zone(uow, zone_id=there.zone_id, boundary=factories.square(33.0, 119.1))
    return here, there, factories.customer(uow, here)


def found(uow, ground, **values):
    return misplaced_sites(uow, region_id=ground[0].region_id, **{"limit": 50} | values)


def test_each_finding_is_told_with_what_helps(uow, ground):
    here, there, customer = ground
    factories.site(uow, customer, here, lat=33.0, lon=119.0)
    factories.site(uow, customer, here, lat=None, lon=None)
    elsewhere = factories.site(uow, customer, here, lat=33.0, lon=119.1)
    outside = factories.site(uow, customer, here, lat=33.0, lon=119.02)
    unassigned = factories.site(uow, customer, Places(here.region_id), lat=33.0, lon=119.1)
    rows = {one.id: one for one in found(uow, ground).items}
    assert {key: one.finding.value for key, one in rows.items()} == {
        elsewhere: "elsewhere",
        outside: "outside",
        unassigned: "unassigned",
    }
    assert rows[elsewhere].at_position == (there.zone_id,)
    assert (rows[outside].nearest_zone_id, rows[outside].zone_id) == (here.zone_id, here.zone_id)
    # A hundredth of a degree of longitude at 33 degrees north.
    assert rows[outside].nearest_metres == pytest.approx(934, rel=0.01)
    assert [one.id for one in found(uow, ground, finding=Finding.OUTSIDE).items] == [outside]
    assert len(found(uow, ground, station_id=here.station_id).items) == 2


def test_pages_go_on_even_where_nearly_all_are_well_placed(uow, ground, monkeypatch):
    here, _, customer = ground
    monkeypatch.setattr(misplaced, "MOST_LOOKED_AT", 4)
    wrong = []
    for n in range(11):
        site = factories.site(uow, customer, here, lat=40.0 if n in (0, 5, 6, 10) else 33.0, lon=119.0)
        wrong += [site] if n in (0, 5, 6, 10) else []
    seen, after, pages = [], None, 0
    while pages < 20:
        with recorded(uow.session) as statements:
            page = found(uow, ground, limit=1, after=after)
        assert len(statements) <= 4
        assert len(page.items) <= 1
        seen += [one.id for one in page.items]
        after, pages = page.after, pages + 1
        if after is None:
            break
    assert seen == sorted(wrong)


def test_sites_out_of_scope_are_not_told(uow, ground):
    here, there, customer = ground
    factories.site(uow, customer, here, lat=40.0, lon=119.0)
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, there.station_id, here.region_id)
    assert found(manager, ground).items == ()


def test_the_zones_at_a_position_judge_the_one_that_is_recorded():
    here, there = factories.UUID(int=1), factories.UUID(int=2)
    assert judge(here, [here]) is judge(here, [here, there]) is None
    assert judge(None, [here]) is Finding.UNASSIGNED
    assert judge(there, [here]) is Finding.ELSEWHERE
    assert judge(here, []) is judge(None, []) is Finding.OUTSIDE
