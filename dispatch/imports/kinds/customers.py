"""Customers with their sites as a kind of import."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dispatch.assets import holding as assets
from dispatch.csv_stream import Record
from dispatch.customers.importing import CustomerLine, customer_id_of, import_customers, site_id_of
from dispatch.customers.particulars import NewCustomer, NewSite, tidy_customer, tidy_site
from dispatch.customers.removing import removable, remove
from dispatch.imports import errors
from dispatch.imports.batches import SourceLine
from dispatch.imports.kinds.cells import Cells
from dispatch.imports.kinds.ground import Ground, Spot
from dispatch.imports.kinds.kind import Brought, Column, ImportKind, MadeLine, Plan, ReadLine, Refusal
from dispatch.imports.kinds.options import COORDINATES, SOURCE, Options
from dispatch.imports.states import LineOutcome
from dispatch.requests import holding as requests
from dispatch.requests.mapping import Reason
from dispatch.requests.zoning import NotFound
from dispatch.rounds.queries import targets_among
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.places import Places
from dispatch.work_orders import holding as work_orders
from kernel.unit_of_work import UnitOfWork

WGS84 = CoordinateSystem.WGS84
COLUMNS = {
    "reference": Column(
        "reference", "客户编号", ("customer number", "户号", "编号"), ("C-1001", "C-1001"), needed=True
    ),
    "name": Column("name", "客户姓名", ("customer name", "姓名", "客户名称"), ("Ms Wang", "王女士"), needed=True),
    "phone": Column("phone", "联系电话", ("telephone", "mobile", "电话", "手机"), ("100 0000 0001", "100 0000 0001")),
    "email": Column("email", "电子邮箱", ("e-mail", "邮箱"), ("wang@example.org", "wang@example.org")),
    "vip": Column("vip", "重要客户", ("VIP", "大客户"), ("no", "否")),
    "zone": Column("zone", "片区", ("zone code", "片区编码")),
    "address": Column("address", "地址", ("安装地址", "详细地址"), ("12 Hongqi Road", "红旗路12号")),
    "lat": Column("latitude", "纬度", ("lat",), ("33.78", "33.78")),
    "lon": Column("longitude", "经度", ("lon", "lng"), ("119.27", "119.27")),
}


@dataclass(frozen=True, slots=True)
class _Customer:
    line: CustomerLine
    spot: Spot


class Customers:
    """Brings in customers and sites; who has a reference stays who they are."""

    def __init__(self, uow: UnitOfWork, plan: Plan) -> None:
        self._plan, self._cells, self._ground = plan, Cells(plan), Ground(uow, plan)
        self._options = Options(plan, (SOURCE, COORDINATES))

    def read(self, line: SourceLine) -> ReadLine | Refusal:
        """Read a line; lines of one reference with different addresses are sites of one customer."""
        return self._cells.attempt(line.record, lambda record: self._read(record, line.zone))

    def _read(self, record: Record, decided_zone: str | None) -> tuple[str, Any]:
        cells, region = self._cells, Places(self._plan.region_id)
        reference = cells.needed(record, "reference")
        if len(reference) > 64:
            raise errors.CELL_WRONG("at most 64 characters", path="/reference")
        key = customer_id_of(self._plan.region_id, self._options.source, reference)
        customer = tidy_customer(
            NewCustomer(
                key,
                region,
                cells.needed(record, "name"),
                cells.text(record, "phone") or None,
                cells.flag(record, "vip"),
                cells.text(record, "email") or None,
            )
        )
        address = cells.text(record, "address")
        site = None
        if address:
            lat, lon = cells.degrees(record, "lat"), cells.degrees(record, "lon")
            place = NewSite(site_id_of(key, address), key, region, address, lat, lon, self._options.coordinates)
            site = tidy_site(place)
        spot = Spot(
            cells.text(record, "zone") or None,
            None if site is None else site.lat,
            None if site is None else site.lon,
            address or None,
            decided_zone,
        )
        return f"{reference}\n{'' if site is None else site.id}", _Customer(CustomerLine(customer, site), spot)

    def bring(self, uow: UnitOfWork, lines: Sequence[ReadLine]) -> list[Brought | Refusal]:
        """Find where they live, and add those who are not there."""
        placed: list[tuple[ReadLine, CustomerLine]] = []
        results: list[Brought | Refusal] = []
        for one, places in zip(lines, self._ground.find(uow, [one.value.spot for one in lines]), strict=True):
            if isinstance(places, NotFound):
                column = self._plan.columns.get(places.field or "")
                results.append(Refusal(one.record, places.code.value, places.reason, column))
                continue
            told: CustomerLine = one.value.line
            # What was read is tidy, its position too.
            site = None if told.site is None else replace(told.site, places=places, coordinate_system=WGS84)
            placed.append((one, CustomerLine(replace(told.customer, places=places), site)))
        came = import_customers(uow, [line for _, line in placed], within=self._plan.station_id)
        for (one, line), made in zip(placed, came, strict=True):
            if made is None:
                column = self._plan.columns["reference"]
                results.append(
                    Refusal(one.record, Reason.REFERENCE_USED.value, "the reference is used elsewhere", column)
                )
                continue
            ids = {}
            if made.customer:
                ids["customers"] = str(line.customer.id)
            if made.site and line.site is not None:
                ids["sites"] = str(line.site.id)
            outcome = LineOutcome.CREATED if ids else LineOutcome.ALREADY_THERE
            results.append(Brought(one.record, outcome, line.customer.id, ids))
        return results


def check(plan: Plan) -> None:
    """Check the options. Raises Invalid (import.option_wrong) with the path."""
    Options(plan, (SOURCE, COORDINATES))


CUSTOMERS = ImportKind(COLUMNS, Customers)


def undo(uow: UnitOfWork, lines: Sequence[MadeLine]) -> dict[int, str | None]:
    """Remove customers and sites that nothing refers to. A constant number of statements."""
    customer_ids = {one.made["customers"] for one in lines if "customers" in one.made}
    site_ids = {one.made["sites"] for one in lines if "sites" in one.made}
    customers_free, sites_free = removable(uow, customer_ids, site_ids)
    for held in (assets.held, work_orders.held, requests.held):
        used = held(uow, customers_free, sites_free)
        customers_free -= used
        sites_free -= used
    sites_free -= targets_among(uow, sites_free)
    # Whoever keeps a site stays, too.
    customers_free -= {one.subject_id for one in lines if "sites" in one.made and one.made["sites"] not in sites_free}
    remove(uow, customers_free, sites_free)
    gone = customers_free | sites_free
    return {
        one.nth: None if all(key in gone for key in one.made.values()) else errors.UNDO_IN_USE.code for one in lines
    }
