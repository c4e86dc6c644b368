"""Lets the timelines of orders, and the phones at a site, follow what happens to the assets there."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, union

from dispatch.assets.events import AssetCorrected, AssetsMoved
from dispatch.assets.life import AssetState
from dispatch.customers.events import SiteChanged
from dispatch.work_orders.announcing import SITES
from dispatch.work_orders.book import Entry
from dispatch.work_orders.lifecycle import TERMINAL
from dispatch.work_orders.models import WorkOrder, WorkOrderCrew
from dispatch.work_orders.service import open_book, write_book
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import UnitOfWork

SWAPPED, MOVED = "asset.swapped", "asset.moved"


def on_assets_moved(uow: UnitOfWork, event: AssetsMoved) -> None:
    """Put moves that were made for an order on its timeline, and announce the sites to the phones that hold them.

    Raises NotFound (work_order.unknown): no such order in the actor's scope.
    """
    if event.work_order_id is not None:
        book = open_book(uow, [event.work_order_id])
        book.find(event.work_order_id)
        targets = {move.target for move in event.moves}
        kind = SWAPPED if targets == {AssetState.SWAPPED, AssetState.INSTALLED} else MOVED
        data = {
            "reason": event.reason,
            "moves": [
                {
                    "asset_id": str(move.asset_id),
                    "serial": move.serial,
                    "kind": move.kind,
                    "model": move.model,
                    "from": None if move.source is None else move.source.value,
                    "to": move.target.value,
                    "site_id": None if move.site_id is None else str(move.site_id),
                }
                for move in event.moves
            ],
        }
        book.record(Entry(uow.new_id(), event.work_order_id, kind, uow.actor.user_id, event.at, uow.now, data))
        write_book(uow, book)
    announce_sites(uow, {move.site_id for move in event.moves if move.site_id is not None})


def on_asset_corrected(uow: UnitOfWork, event: AssetCorrected) -> None:
    """Announce the site of an asset of which something else is known now."""
    announce_sites(uow, {event.site_id} - {None})  # type: ignore[arg-type]


def on_site_changed(uow: UnitOfWork, event: SiteChanged) -> None:
    """Announce a site whose particulars changed to the phones that hold it."""
    announce_sites(uow, {event.site_id})


def announce_sites(uow: UnitOfWork, site_ids: Collection[UUID]) -> None:
    """Put sites into the feed of everybody who does an order there that is not over, alone or in a crew. One statement."""
    if not site_ids:
        return
    there = (WorkOrder.site_id.in_(sorted(site_ids)), WorkOrder.status.not_in(sorted(TERMINAL)))
    leads = select(WorkOrder.region_id, WorkOrder.site_id, WorkOrder.assignee_id.label("user_id"))
    members = (
        select(WorkOrder.region_id, WorkOrder.site_id, WorkOrderCrew.user_id)
        .join(WorkOrderCrew, WorkOrderCrew.work_order_id == WorkOrder.id)
        .where(*there, WorkOrderCrew.left_at.is_(None))
    )
    rows: Sequence[Any] = uow.session.execute(
        union(leads.where(*there, WorkOrder.assignee_id.is_not(None)), members)
    ).all()
    uow.announce(Change(row.region_id, scope_of("user", row.user_id), SITES, str(row.site_id)) for row in rows)
