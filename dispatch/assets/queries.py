"""What can be asked about assets, within the caller's scope."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select

from dispatch.assets import errors
from dispatch.assets.life import AssetKind, AssetState
from dispatch.assets.models import Asset, AssetStay
from dispatch.assets.particulars import plain_serial
from dispatch.assets.warranty import SUBJECT, WarrantyPolicy, in_warranty, read_policy
from dispatch.customers import queries as customers
from dispatch.policies import queries as policies
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from kernel.database import Page, count_rows, one_of, read_page
from kernel.ordering import Sorts
from kernel.unit_of_work import Reading

MOST_STAYS = 200


@dataclass(frozen=True, slots=True)
class AssetRow:
    """An asset as lists show it. `warranty_until` is the last day of its warranty."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    kind: str
    vendor: str
    serial: str
    model: str | None
    state: str
    customer_id: UUID | None
    site_id: UUID | None
    bought_on: date | None
    installed_on: date | None
    warranty_until: date | None
    warranty_by: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class StayRow:
    """Where an asset was, from when until when, and by which order it came there."""

    id: UUID
    asset_id: UUID
    state: str
    site_id: UUID | None
    customer_id: UUID | None
    work_order_id: UUID | None
    reason: str | None
    user_id: UUID
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssetDetail:
    """An asset with where it was, the latest first."""

    row: AssetRow
    stays: tuple[StayRow, ...]


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """Which assets a list shows; what is None does not filter. `q` begins the serial number."""

    region_id: UUID | None = None
    station_id: UUID | None = None
    group_id: UUID | None = None
    zone_id: UUID | None = None
    site_id: UUID | None = None
    customer_id: UUID | None = None
    kind: AssetKind | None = None
    state: AssetState | None = None
    vendor: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Warranty:
    """Whether an asset is under warranty on a day; None when nobody knows."""

    asset_id: UUID
    on: date
    in_warranty: bool | None
    warranty_until: date | None
    warranty_by: str


_ROW = tuple(getattr(Asset, name) for name in AssetRow.__dataclass_fields__)
_STAY = tuple(getattr(AssetStay, name) for name in StayRow.__dataclass_fields__)
_PLACES: Mapping[str, Any] = {
    "region": Asset.region_id,
    "station": Asset.station_id,
    "group": Asset.group_id,
    "zone": Asset.zone_id,
}


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the assets of the caller's places."""
    return reading.actor.scope.sees(**_PLACES)


SORTS = Sorts(
    Asset.id,
    by={
        name: getattr(Asset, name) for name in ("serial", "installed_on", "warranty_until", "created_at", "updated_at")
    },
)


def page_of_assets(
    reading: Reading, *, filters: AssetFilter, limit: int, after: Sequence[Any] | None = None, sort: str | None = None
) -> Page[AssetRow]:
    """Return one page of assets, the newest first unless it is sorted otherwise."""
    page: Page[Any] = read_page(
        reading.session,
        select(*_ROW).where(*_conditions(filters)),
        key=SORTS.order(sort),
        limit=limit,
        after=after,
        any_of=reading.actor.scope.parts(**_PLACES),
    )
    return Page(tuple(AssetRow(*row) for row in page.items), page.after)


def count_of_assets(reading: Reading, filters: AssetFilter) -> int:
    """Return how many assets all pages of `page_of_assets` hold."""
    statement = select(Asset.id).where(*_conditions(filters))
    return count_rows(reading.session, statement, key=(Asset.id,), any_of=reading.actor.scope.parts(**_PLACES))


def _conditions(filters: AssetFilter) -> list[ColumnElement[bool]]:
    names = ("region_id", "station_id", "group_id", "zone_id", "site_id", "customer_id", "kind", "state", "vendor")
    equal = {getattr(Asset, name): getattr(filters, name) for name in names}
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if filters.q:
        conditions.append(Asset.serial.startswith(plain_serial(filters.q), autoescape=True))
    return conditions


def asset(reading: Reading, asset_id: UUID) -> AssetDetail:
    """Return an asset with where it was. Raises NotFound (asset.unknown)."""
    row = reading.session.execute(select(*_ROW).where(Asset.id == asset_id, in_scope(reading))).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    stays = reading.session.execute(
        select(*_STAY)
        .where(AssetStay.asset_id == asset_id)
        .order_by(AssetStay.started_at.desc(), AssetStay.id.desc())
        .limit(MOST_STAYS)
    )
    return AssetDetail(AssetRow(*row), tuple(StayRow(*one) for one in stays))


def rows_of(reading: Reading, asset_ids: Collection[UUID]) -> dict[UUID, AssetRow]:
    """Return those of these assets that are in the caller's scope. One statement, none without assets."""
    if not asset_ids:
        return {}
    rows = reading.session.execute(select(*_ROW).where(Asset.id.in_(set(asset_ids)), in_scope(reading)))
    return {row.id: AssetRow(*row) for row in rows}


def stays_at_site(reading: Reading, site_id: UUID, at: datetime) -> tuple[StayRow, ...]:
    """Tell which assets stood at a site at a moment, by when they came. Raises NotFound (customers.site_unknown)."""
    customers.site(reading, site_id)
    rows = reading.session.execute(
        select(*_STAY)
        .where(
            AssetStay.site_id == site_id,
            AssetStay.started_at <= at,
            or_(AssetStay.ended_at.is_(None), AssetStay.ended_at > at),
        )
        .order_by(AssetStay.started_at, AssetStay.id)
        .limit(MOST_STAYS)
    )
    return tuple(StayRow(*row) for row in rows)


def warranty(reading: Reading, asset_id: UUID, on: date | None = None) -> Warranty:
    """Tell whether an asset is under warranty on a day (None: today in its region): what service fees ask.

    Raises NotFound (asset.unknown).
    """
    columns = (Asset.region_id, Asset.warranty_until, Asset.warranty_by)
    row = reading.session.execute(select(*columns).where(Asset.id == asset_id, in_scope(reading))).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    day = on or today(reading, row.region_id)
    return Warranty(asset_id, day, in_warranty(row.warranty_until, day), row.warranty_until, row.warranty_by)


def warranties_of(reading: Reading, asset_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, date | None]]:
    """Return of each asset its region and the last day of its warranty (None: nobody knows), whatever the caller sees.

    For fees of orders in scope, which name assets by their ids. One statement.
    """
    if not asset_ids:
        return {}
    rows = reading.session.execute(
        select(Asset.id, Asset.region_id, Asset.warranty_until).where(Asset.id.in_(set(asset_ids)))
    )
    return {row.id: (row.region_id, row.warranty_until) for row in rows}


def today(reading: Reading, region_id: UUID) -> date:
    """Return the day that it is in a region."""
    return reading.now.astimezone(ZoneInfo(territory.timezones_of(reading, [region_id])[region_id])).date()


def policy_at(reading: Reading, region_id: UUID, at: datetime) -> WarrantyPolicy:
    """Return what a region decided about warranties, as of a moment; the defaults if it decided nothing."""
    return read_policy(policies.rules_at(reading, [region_id], SUBJECT, at).get(region_id, {}))


def at_sites(reading: Reading, site_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return what stands at sites, as phones get it, without a scope of its own: for sites that are in scope already."""
    columns = (Asset.id, Asset.kind, Asset.vendor, Asset.serial, Asset.model, Asset.installed_on, Asset.warranty_until)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in reading.session.execute(
        select(Asset.site_id, *columns)
        .where(Asset.site_id.in_(set(site_ids)), Asset.state == AssetState.INSTALLED.value)
        .order_by(Asset.id)
    ):
        known = dict(row._mapping)
        found.setdefault(known.pop("site_id"), []).append(known)
    return found


def named(reading: Reading, asset_id: UUID, site_id: UUID | None, region_id: UUID | None, path: str) -> AssetRow:
    """Return the asset that a request or an order is about; it must stand at their site, if both are known.

    Raises NotFound (asset.unknown), Invalid (asset.not_of_site) with the path.
    """
    row = reading.session.execute(select(*_ROW).where(Asset.id == asset_id, in_scope(reading))).one_or_none()
    if row is None:
        raise errors.UNKNOWN(path=path)
    elsewhere = site_id is not None and row.site_id is not None and row.site_id != site_id
    if elsewhere or region_id not in (None, row.region_id):
        raise errors.NOT_OF_SITE(path=path)
    return AssetRow(*row)


def installed(
    reading: Reading, *, asset_ids: Collection[UUID] = (), kinds: Collection[str] = (), places: Collection[Places] = ()
) -> list[AssetRow]:
    """Return the assets in scope that stand at a site, by id: these, and those of these kinds at any of these places.

    A place is a station, a group or a zone. One statement, none when nothing is asked for.
    """
    parts: list[ColumnElement[bool]] = [one_of(reading.session, Asset.id, asset_ids)] if asset_ids else []
    if kinds and places:
        inside = (
            Asset.zone_id == one.zone_id
            if one.zone_id is not None
            else Asset.group_id == one.group_id
            if one.group_id is not None
            else Asset.station_id == one.station_id
            for one in places
        )
        parts.append(and_(Asset.kind.in_(sorted(kinds)), or_(*inside)))
    if not parts:
        return []
    standing = (Asset.state == AssetState.INSTALLED.value, in_scope(reading))
    rows = reading.session.execute(select(*_ROW).where(or_(*parts), *standing).order_by(Asset.id))
    return [AssetRow(*row) for row in rows]
