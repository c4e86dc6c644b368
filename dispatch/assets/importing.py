"""Registers the assets of a table, and says of every line what became of it; run again it changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from dispatch.assets import errors
from dispatch.assets.events import AssetMove, AssetsMoved
from dispatch.assets.life import AssetState
from dispatch.assets.models import Asset, AssetStay
from dispatch.assets.particulars import NewAsset
from dispatch.assets.queries import in_scope, policy_at, today
from dispatch.assets.service import DESK, Standing, asset_row, stay_row
from dispatch.assets.sheet import SheetLine, read_sheet
from dispatch.customers import errors as customer_errors
from dispatch.customers import queries as customers
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN, DomainError
from kernel.unit_of_work import UnitOfWork


class LineOutcome(StrEnum):
    """What became of a line."""

    ADDED = "added"
    ALREADY_THERE = "already_there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LineReport:
    """What became of one line (the header is 1); of a refused one the code, the column and the reason."""

    line: int
    outcome: LineOutcome
    asset_id: UUID | None = None
    code: str | None = None
    column: str | None = None
    detail: str | None = None


def import_assets(uow: UnitOfWork, *, region_id: UUID, content: bytes) -> list[LineReport]:
    """Register the assets of a CSV; good lines are kept though others are not. A constant number of statements.

    What is registered already, by vendor and serial number, stays as it is: it is corrected and moved by commands.

    Raises NotFound (territory.region_unknown), Invalid (asset.table_wrong).
    """
    territory.region(uow, region_id)
    return import_lines(uow, region_id, list(read_sheet(content, today(uow, region_id))))


def import_lines(
    uow: UnitOfWork, region_id: UUID, lines: Sequence[SheetLine], *, within: UUID | None = None
) -> list[LineReport]:
    """Register the assets of some lines, perhaps only those of one station; see `import_assets`."""
    standings = _standings(uow, region_id, [line.asset for line in lines if line.asset is not None])
    reports: dict[int, LineReport] = {}
    good: dict[tuple[str, str], tuple[SheetLine, Standing]] = {}
    for line in lines:
        try:
            if line.problem is not None:
                raise line.problem
            assert line.asset is not None
            where = _where(uow, standings, region_id, line.asset)
            if within not in (None, where.places.station_id):
                raise errors.STATION_WRONG(path="/site_id" if line.asset.site_id else "/station_id")
            key = (line.asset.vendor, line.asset.serial)
            if key in good:
                raise errors.SERIAL_TAKEN(f"as in line {good[key][0].number}", path="/serial")
            good[key] = (line, where)
        except DomainError as refused:
            reports[line.number] = _refused(line.number, refused)
    reports |= _store(uow, region_id, good)
    return [reports[line.number] for line in lines]


def _standings(uow: UnitOfWork, region_id: UUID, assets: Sequence[NewAsset]) -> Mapping[UUID, Standing]:
    """Find the sites and stations that a table names, as far as they are in scope. Two statements."""
    found: dict[UUID, Standing] = {}
    sites = {one.site_id for one in assets if one.site_id is not None}
    for site in customers.sites_in_scope(uow, sites).values():
        places = Places(site.region_id, site.station_id, site.group_id, site.zone_id)
        found[site.id] = Standing(places, site.id, site.customer_id)
    if any(one.station_id is not None for one in assets):
        for station in territory.stations(uow, region_id=region_id, limit=10_000).items:
            found[station.id] = Standing(Places(region_id, station.id))
    return found


def _where(uow: UnitOfWork, standings: Mapping[UUID, Standing], region_id: UUID, asset: NewAsset) -> Standing:
    key = asset.site_id or asset.station_id
    where = Standing(Places(region_id)) if key is None else standings.get(key)
    if where is None and asset.site_id is not None:
        raise customer_errors.SITE_UNKNOWN(path="/site_id")
    if where is None:
        raise errors.STATION_WRONG(path="/station_id")
    if where.places.region_id != region_id:
        raise errors.SITE_WRONG(path="/site_id")
    places = where.places
    if uow.actor.roles_over(places.region_id, places.station_id, places.group_id, places.zone_id).isdisjoint(DESK):
        raise FORBIDDEN()
    return where


def _store(
    uow: UnitOfWork, region_id: UUID, good: Mapping[tuple[str, str], tuple[SheetLine, Standing]]
) -> dict[int, LineReport]:
    if not good:
        return {}
    policy = policy_at(uow, region_id, uow.now)
    rows = {key: asset_row(uow, line.asset, where, policy) for key, (line, where) in good.items() if line.asset}
    kept = {
        row.id
        for row in insert_rows(
            uow.session,
            Asset,
            list(rows.values()),
            on_conflict="(region_id, vendor, serial) DO NOTHING",
            returning=["id"],
        )
    }
    added = {key: row for key, row in rows.items() if row["id"] in kept}
    stays = [
        stay_row(uow, row["id"], region_id, AssetState(row["state"]), good[key][1], uow.now)
        for key, row in added.items()
    ]
    insert_rows(uow.session, AssetStay, stays)
    _publish(uow, region_id, added.values())
    known = _known(uow, region_id, [key for key in rows if key not in added])
    return {
        line.number: LineReport(line.number, LineOutcome.ADDED, added[key]["id"])
        if key in added
        else LineReport(line.number, LineOutcome.ALREADY_THERE, known.get(key))
        for key, (line, _) in good.items()
    }


def _publish(uow: UnitOfWork, region_id: UUID, rows: Iterable[Mapping[str, Any]]) -> None:
    moves = tuple(
        AssetMove(row["id"], row["serial"], row["kind"], row["model"], None, AssetState.INSTALLED, row["site_id"])
        for row in rows
        if row["site_id"] is not None
    )
    if moves:
        uow.publish(AssetsMoved(region_id, moves, uow.now))


def _known(uow: UnitOfWork, region_id: UUID, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Find those that were there already; one out of the actor's scope has no id for them."""
    if not keys:
        return {}
    rows = uow.session.execute(
        select(Asset.vendor, Asset.serial, Asset.id).where(
            Asset.region_id == region_id, tuple_(Asset.vendor, Asset.serial).in_(keys), in_scope(uow)
        )
    )
    return {(row.vendor, row.serial): row.id for row in rows}


def _refused(number: int, refused: DomainError) -> LineReport:
    field = refused.fields[0] if refused.fields else None
    return LineReport(
        number,
        LineOutcome.REFUSED,
        None,
        refused.code,
        None if field is None else field.path.removeprefix("/"),
        refused.detail or refused.entry.title,
    )
