from dispatch.assets.events import AssetMove, AssetsMoved
from dispatch.assets.life import AssetState
from dispatch.customers.events import SiteChanged
from dispatch.work_orders import queries
from dispatch.work_orders.equipment import on_assets_moved, on_site_changed
from kernel.change_feed import Change
from tests import factories


def test_a_move_for_an_order_goes_on_its_timeline(uow):
    here = factories.places(uow)
    order_id = factories.order(uow, here)
    move = AssetMove(uow.new_id(), "S1", "onu", None, AssetState.INSTALLED, AssetState.RETURNED, None)
    on_assets_moved(uow, AssetsMoved(here.region_id, (move,), uow.now, order_id, "坏了"))
    entry = queries.timeline(uow, order_id, limit=9).items[-1]
    assert (entry.kind, entry.data["reason"], entry.data["moves"][0]["to"]) == ("asset.moved", "坏了", "returned")


def test_a_site_that_changes_is_announced_to_who_has_an_order_there_and_to_nobody_else(uow):
    here = factories.places(uow)
    sites = [factories.site(uow, factories.customer(uow, here), here) for _ in range(2)]
    technicians = [factories.technician(uow, here) for _ in range(2)]
    for site_id, technician in zip(sites, technicians, strict=True):
        order_id = factories.order(uow, here, site_id=site_id)
        factories.assign(uow, order_id, technician)
    uow.changes.clear()
    on_site_changed(uow, SiteChanged(sites[0], here.region_id))
    assert uow.changes == [Change(here.region_id, f"user:{technicians[0]}", "sites", str(sites[0]))]
