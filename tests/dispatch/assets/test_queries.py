from dispatch.assets import queries
from dispatch.assets.life import AssetKind, AssetState
from dispatch.assets.queries import AssetFilter
from kernel.actor import Level, Role
from tests import factories
from tests.statements import recorded


def test_a_list_is_filtered_within_the_scope_and_pages_by_key(uow):
    here, away = factories.places(uow), factories.places(uow)
    site_id = factories.site(uow, factories.customer(uow, here), here)
    boxes = [factories.asset(uow, here.region_id, site_id=site_id, serial=f"B{nth}") for nth in range(3)]
    onu = factories.asset(uow, here.region_id, station_id=here.station_id, serial="O1", kind=AssetKind.ONU)
    factories.asset(uow, away.region_id, serial="B9")
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)

    def ids(**filters):
        page = queries.page_of_assets(manager, filters=AssetFilter(**filters), limit=9)
        return [row.id for row in page.items]

    assert ids() == [onu, *reversed(boxes)]
    assert ids(q="b1") == [boxes[1]]
    assert ids(kind=AssetKind.ONU) == ids(state=AssetState.IN_STOCK) == [onu]
    assert ids(site_id=site_id) == ids(zone_id=here.zone_id) == [*reversed(boxes)]
    page = queries.page_of_assets(manager, filters=AssetFilter(), limit=3)
    rest = queries.page_of_assets(manager, filters=AssetFilter(), limit=3, after=page.after)
    assert [row.id for row in (*page.items, *rest.items)] == [onu, *reversed(boxes)]


def test_what_stands_at_many_sites_takes_one_statement(uow):
    here = factories.places(uow)
    sites = [factories.site(uow, factories.customer(uow, here), here) for _ in range(3)]
    for site_id in sites:
        factories.asset(uow, here.region_id, site_id=site_id)
    with recorded(uow.session) as statements:
        found = queries.at_sites(uow, sites)
    assert len(statements) == 1
    assert {key: len(boxes) for key, boxes in found.items()} == dict.fromkeys(sites, 1)
