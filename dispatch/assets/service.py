"""What can be done with assets: register them, correct them, move them, and swap one for another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from dispatch.assets import errors
from dispatch.assets.events import AssetCorrected, AssetMove, AssetsMoved
from dispatch.assets.life import AssetCommand, AssetKind, AssetState, decide
from dispatch.assets.models import Asset, AssetStay
from dispatch.assets.particulars import NewAsset, check_dates, tidy
from dispatch.assets.queries import AssetRow, in_scope, policy_at, today
from dispatch.assets.warranty import WarrantyBy, WarrantyPolicy, last_day
from dispatch.customers import queries as customers
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from dispatch.texts import line, optional_line
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN, STALE
from kernel.unit_of_work import UnitOfWork

DESK = frozenset({Role.AGENT, Role.GROUP_LEADER, Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who looks after assets, each within the places they hold the role over."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an asset is to be: its places, and the site with its customer, if it is installed."""

    places: Places
    site_id: UUID | None = None
    customer_id: UUID | None = None


def register(uow: UnitOfWork, *, region_id: UUID, asset: NewAsset) -> UUID:
    """Register an asset, installed at a site or in stock, and return its id. Without a given end its warranty is the policy's.

    Raises:
        NotFound (customers.site_unknown, territory.station_unknown); Forbidden (forbidden): nobody of the desk there;
        Invalid (invalid, asset.dates_wrong, asset.site_wrong, asset.station_wrong), with the path;
        Conflict (asset.serial_taken).
    """
    new = tidy(asset, today(uow, region_id))
    where = _standing(uow, region_id, new.site_id, new.station_id)
    _check_desk(uow, [where.places])
    row = asset_row(uow, new, where, policy_at(uow, region_id, uow.now))
    kept = insert_rows(
        uow.session, Asset, [row], on_conflict="(region_id, vendor, serial) DO NOTHING", returning=["id"]
    )
    if not kept:
        raise errors.SERIAL_TAKEN(path="/serial")
    state = AssetState(row["state"])
    insert_rows(uow.session, AssetStay, [stay_row(uow, row["id"], region_id, state, where, uow.now)])
    if where.site_id is not None:
        move = AssetMove(row["id"], new.serial, new.kind, new.model, None, state, where.site_id)
        uow.publish(AssetsMoved(region_id, (move,), uow.now))
    key: UUID = row["id"]
    return key


def asset_row(uow: UnitOfWork, new: NewAsset, where: Standing, policy: WarrantyPolicy) -> dict[str, Any]:
    """Return the row of a new asset, whose warranty ends as it was given, or else as the policy says."""
    until, by = new.warranty_until, WarrantyBy.GIVEN
    if until is None:
        until = last_day(policy, new.kind, bought_on=new.bought_on, installed_on=new.installed_on)
        by = WarrantyBy.UNKNOWN if until is None else WarrantyBy.POLICY
    return {
        "id": uow.new_id(),
        **place_columns(where),
        "kind": new.kind.value,
        "vendor": new.vendor,
        "serial": new.serial,
        "model": new.model,
        "state": (AssetState.IN_STOCK if where.site_id is None else AssetState.INSTALLED).value,
        "bought_on": new.bought_on,
        "installed_on": new.installed_on,
        "warranty_until": until,
        "warranty_by": by.value,
        "version": 1,
        "created_at": uow.now,
        "updated_at": uow.now,
    }


def place_columns(where: Standing) -> dict[str, UUID | None]:
    """Return the columns that say where an asset stands."""
    return {
        "region_id": where.places.region_id,
        "station_id": where.places.station_id,
        "group_id": where.places.group_id,
        "zone_id": where.places.zone_id,
        "customer_id": where.customer_id,
        "site_id": where.site_id,
    }


def stay_row(
    uow: UnitOfWork,
    asset_id: UUID,
    region_id: UUID,
    state: AssetState,
    where: Standing,
    at: datetime,
    work_order_id: UUID | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """Return the row of a stay that begins."""
    return {
        "id": uow.new_id(),
        "region_id": region_id,
        "asset_id": asset_id,
        "state": state.value,
        "site_id": where.site_id,
        "customer_id": where.customer_id,
        "work_order_id": work_order_id,
        "reason": reason,
        "user_id": uow.actor.user_id,
        "started_at": at,
        "ended_at": None,
        "recorded_at": uow.now,
    }


def correct(
    uow: UnitOfWork,
    *,
    asset_id: UUID,
    kind: AssetKind,
    model: str | None,
    bought_on: date | None,
    warranty_until: date | None,
    expected_version: int | None = None,
) -> None:
    """Correct what is known of an asset. Without an end of the warranty the policy of its region says it anew.

    Raises NotFound (asset.unknown), Forbidden (forbidden), Stale (stale), Invalid (invalid, asset.dates_wrong) with the path.
    """
    (row,) = _locked(uow, [asset_id])
    if expected_version is not None and expected_version != row.version:
        raise STALE(f"the asset is at version {row.version}")
    _check_desk(uow, [_places(row)])
    check_dates(bought_on, row.installed_on, today(uow, row.region_id))
    by = WarrantyBy.GIVEN
    if warranty_until is None or (warranty_until == row.warranty_until and row.warranty_by != WarrantyBy.GIVEN):
        policy = policy_at(uow, row.region_id, uow.now)
        warranty_until = last_day(policy, kind, bought_on=bought_on, installed_on=row.installed_on)
        by = WarrantyBy.UNKNOWN if warranty_until is None else WarrantyBy.POLICY
    values = {
        "kind": kind.value,
        "model": optional_line(model, longest=80, path="/model"),
        "bought_on": bought_on,
        "warranty_until": warranty_until,
        "warranty_by": by.value,
    }
    _write(uow, row, values)
    uow.publish(AssetCorrected(row.id, row.site_id))


def move(
    uow: UnitOfWork,
    *,
    asset_id: UUID,
    command: AssetCommand,
    site_id: UUID | None = None,
    station_id: UUID | None = None,
    work_order_id: UUID | None = None,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Move an asset: install it at a site, take it out, put it in stock, return it, or scrap it, perhaps for an order.

    Raises:
        NotFound (asset.unknown, customers.site_unknown, work_order.unknown); Forbidden (forbidden);
        Conflict (asset.illegal); Invalid (asset.site_missing, asset.site_wrong, asset.station_wrong, asset.moment_wrong,
        invalid), with the path.
    """
    (row,) = _locked(uow, [asset_id])
    target = decide(AssetState(row.state), command)
    if target is AssetState.INSTALLED and site_id is None:
        raise errors.SITE_MISSING(path="/site_id")
    where = _standing(uow, row.region_id, site_id if target is AssetState.INSTALLED else None, station_id, row)
    note = optional_line(reason, longest=200, path="/reason")
    moved = _move(uow, row, target, where, at or uow.now, work_order_id, note)
    uow.publish(AssetsMoved(row.region_id, (moved,), at or uow.now, work_order_id, note))


def swap(
    uow: UnitOfWork,
    *,
    old_id: UUID,
    new_id: UUID,
    reason: str,
    work_order_id: UUID | None = None,
    at: datetime | None = None,
) -> None:
    """Take one asset out and put another in its place, as one transaction, perhaps for an order, on whose timeline it goes.

    Raises what `move` raises, and Invalid (asset.swap_wrong) when both are the same.
    """
    if old_id == new_id:
        raise errors.SWAP_WRONG(path="/new_asset_id")
    note = line(reason, longest=200, path="/reason")
    by_id = {row.id: row for row in _locked(uow, [old_id, new_id])}
    old, new = by_id[old_id], by_id[new_id]
    out = decide(AssetState(old.state), AssetCommand.TAKE_OUT, "/old_asset_id")
    put = decide(AssetState(new.state), AssetCommand.INSTALL, "/new_asset_id")
    if old.region_id != new.region_id:
        raise errors.SITE_WRONG(path="/new_asset_id")
    moment = at or uow.now
    there = Standing(_places(old), old.site_id, old.customer_id)
    moves = (
        _move(uow, old, out, Standing(_places(old)), moment, work_order_id, note),
        _move(uow, new, put, there, moment, work_order_id, note),
    )
    uow.publish(AssetsMoved(old.region_id, moves, moment, work_order_id, note))


def _move(
    uow: UnitOfWork,
    row: AssetRow,
    target: AssetState,
    where: Standing,
    at: datetime,
    work_order_id: UUID | None,
    reason: str | None,
) -> AssetMove:
    _check_desk(uow, [_places(row), where.places])
    since = uow.session.scalar(
        select(AssetStay.started_at).where(AssetStay.asset_id == row.id, AssetStay.ended_at.is_(None))
    )
    if at > uow.now or (since is not None and at < since):
        raise errors.MOMENT_WRONG(path="/at")
    uow.session.execute(
        update(AssetStay).where(AssetStay.asset_id == row.id, AssetStay.ended_at.is_(None)).values(ended_at=at)
    )
    insert_rows(
        uow.session, AssetStay, [stay_row(uow, row.id, row.region_id, target, where, at, work_order_id, reason)]
    )
    _write(uow, row, {"state": target.value, **place_columns(where), **_first_installation(uow, row, target, at)})
    return AssetMove(
        row.id, row.serial, row.kind, row.model, AssetState(row.state), target, where.site_id or row.site_id
    )


def _first_installation(uow: UnitOfWork, row: AssetRow, target: AssetState, at: datetime) -> dict[str, Any]:
    """Begin the warranty of an asset that is installed for the first time; one that was moved keeps its own."""
    if target is not AssetState.INSTALLED or row.installed_on is not None:
        return {}
    day = at.astimezone(ZoneInfo(territory.timezones_of(uow, [row.region_id])[row.region_id])).date()
    found: dict[str, Any] = {"installed_on": day}
    if row.warranty_by != WarrantyBy.GIVEN:
        policy = policy_at(uow, row.region_id, uow.now)
        until = last_day(policy, AssetKind(row.kind), bought_on=row.bought_on, installed_on=day)
        found |= {"warranty_until": until, "warranty_by": (WarrantyBy.POLICY if until else WarrantyBy.UNKNOWN).value}
    return found


def _write(uow: UnitOfWork, row: AssetRow, values: dict[str, Any]) -> None:
    changed = values | {"version": row.version + 1, "updated_at": uow.now}
    uow.session.execute(update(Asset).where(Asset.id == row.id).values(changed))


def _standing(
    uow: UnitOfWork, region_id: UUID, site_id: UUID | None, station_id: UUID | None, row: AssetRow | None = None
) -> Standing:
    if site_id is not None:
        site = customers.site(uow, site_id)
        if site.region_id != region_id:
            raise errors.SITE_WRONG(path="/site_id")
        return Standing(Places(site.region_id, site.station_id, site.group_id, site.zone_id), site_id, site.customer_id)
    if station_id is not None:
        if territory.station(uow, station_id).region_id != region_id:
            raise errors.STATION_WRONG(path="/station_id")
        return Standing(Places(region_id, station_id))
    # Whoever took it out of a zone still sees it.
    return Standing(Places(region_id) if row is None else _places(row))


def _locked(uow: UnitOfWork, asset_ids: Iterable[UUID]) -> list[AssetRow]:
    """Lock assets in scope, in the order of their ids. Raises NotFound (asset.unknown) unless all are there."""
    wanted = sorted(set(asset_ids))
    columns = [getattr(Asset, name) for name in AssetRow.__dataclass_fields__]
    rows = uow.session.execute(
        select(*columns).where(Asset.id.in_(wanted), in_scope(uow)).order_by(Asset.id).with_for_update()
    ).all()
    if len(rows) < len(wanted):
        raise errors.UNKNOWN()
    return [AssetRow(*row) for row in rows]


def _places(row: AssetRow) -> Places:
    return Places(row.region_id, row.station_id, row.group_id, row.zone_id)


def _check_desk(uow: UnitOfWork, places: Iterable[Places]) -> None:
    for one in places:
        held = uow.actor.roles_over(one.region_id, one.station_id, one.group_id, one.zone_id)
        if held.isdisjoint(DESK):
            raise FORBIDDEN()
