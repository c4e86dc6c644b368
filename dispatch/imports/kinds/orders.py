"""Work orders that nobody has asked for by a request, as a kind of import: planned work of another system, for example."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from dispatch.assignment.service import assign_automatically
from dispatch.cells import paragraph
from dispatch.csv_stream import Record
from dispatch.customers.importing import customer_id_of, mine_among, site_id_of
from dispatch.imports import errors
from dispatch.imports.batches import SourceLine
from dispatch.imports.kinds.cells import Cells
from dispatch.imports.kinds.ground import Ground, Spot
from dispatch.imports.kinds.kind import Brought, Column, ImportKind, MadeLine, Plan, ReadLine, Refusal
from dispatch.imports.kinds.options import ASSIGN, COORDINATES, SOURCE, Options
from dispatch.imports.states import LineOutcome
from dispatch.requests.holding import held_orders
from dispatch.requests.mapping import Reason
from dispatch.requests.zoning import NotFound
from dispatch.sla.deadline import Priority
from dispatch.territory.coordinates import position_to_wgs84
from dispatch.territory.places import Places
from dispatch.texts import line as one_line
from dispatch.work_orders import errors as order_errors
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.holding import stations_of_orders
from dispatch.work_orders.service import NewOrder, create_orders
from dispatch.work_orders.taking_back import cancel_not_begun
from kernel.identifiers import derived_id
from kernel.unit_of_work import UnitOfWork

KNOWN = (SOURCE, COORDINATES, ASSIGN)
PRIORITIES = {
    **{one.value: one for one in Priority},
    "紧急": Priority.EMERGENCY,
    "优先": Priority.PRIORITY,
    "普通": Priority.ROUTINE,
    "": Priority.ROUTINE,
}
COLUMNS = {
    "reference": Column("reference", "工单号", ("order number", "单号"), ("M-1001", "M-1001"), needed=True),
    "work_type": Column("work type", "工单类型", ("type", "类型"), ("repair", "repair"), needed=True),
    "title": Column("title", "标题", ("subject",), ("Replace the amplifier", "更换放大器"), needed=True),
    "description": Column("description", "内容", ("描述", "备注")),
    "priority": Column("priority", "优先级", (), ("routine", "普通")),
    "received": Column("received at", "受理时间", ("opened at",), ("2026-11-20 08:30", "2026-11-20 08:30")),
    "zone": Column("zone", "片区", ("zone code", "片区编码")),
    "lat": Column("latitude", "纬度", ("lat",)),
    "lon": Column("longitude", "经度", ("lon", "lng")),
    "customer": Column("customer reference", "客户编号", ("户号",)),
    "address": Column("address", "地址", ("安装地址", "详细地址")),
}


@dataclass(frozen=True, slots=True)
class _Order:
    id: UUID
    draft: NewOrder
    spot: Spot


class Orders:
    """Brings in open work orders; what has a reference stays as it is."""

    def __init__(self, uow: UnitOfWork, plan: Plan) -> None:
        self._plan, self._cells, self._ground = plan, Cells(plan), Ground(uow, plan)
        self._options = Options(plan, KNOWN)
        self._types = {one.code for one in work_orders.work_types(uow, plan.region_id)}
        self._now = uow.now

    def read(self, line: SourceLine) -> ReadLine | Refusal:
        """Read a line."""
        return self._cells.attempt(line.record, lambda record: self._read(record, line.zone))

    def _read(self, record: Record, decided_zone: str | None) -> tuple[str, Any]:
        cells, region = self._cells, self._plan.region_id
        reference = one_line(cells.needed(record, "reference"), longest=64, path="/reference")
        work_type = cells.needed(record, "work_type")
        if work_type not in self._types:
            raise order_errors.WORK_TYPE_UNKNOWN(work_type[:60], path="/work_type")
        priority = PRIORITIES.get(cells.text(record, "priority").casefold())
        if priority is None:
            raise errors.CELL_WRONG("one of " + ", ".join(Priority), path="/priority")
        customer, address = cells.text(record, "customer"), cells.text(record, "address")
        if address and not customer:
            raise errors.CELL_WRONG("a site is that of a customer", path="/customer")
        customer_id = customer_id_of(region, self._options.source, customer) if customer else None
        draft = NewOrder(
            Places(region),
            work_type,
            priority,
            one_line(cells.needed(record, "title"), longest=200, path="/title"),
            cells.moment(record, "received") or self._now,
            description=paragraph(cells.text(record, "description"), 4000),
            customer_id=customer_id,
            site_id=site_id_of(customer_id, address) if customer_id is not None and address else None,
            id=derived_id("order", str(region), self._options.source, reference),
        )
        assert draft.id is not None
        lat, lon = cells.position(record)
        lat, lon = position_to_wgs84(self._options.coordinates, lat, lon)
        spot = Spot(cells.text(record, "zone") or None, lat, lon, address or None, decided_zone)
        return reference, _Order(draft.id, draft, spot)

    def bring(self, uow: UnitOfWork, lines: Sequence[ReadLine]) -> list[Brought | Refusal]:
        """Make the orders that are not there, and give them to somebody."""
        there = stations_of_orders(uow, [one.value.id for one in lines])
        drafts = [one.value.draft for one in lines]
        customers = {draft.customer_id for draft in drafts if draft.customer_id is not None}
        sites = {draft.site_id for draft in drafts if draft.site_id is not None}
        known = mine_among(uow, customers, sites, within=self._plan.station_id)
        results: list[Brought | Refusal] = []
        new: list[tuple[ReadLine, NewOrder]] = []
        for one, places in zip(lines, self._ground.find(uow, [one.value.spot for one in lines]), strict=True):
            told: _Order = one.value
            if told.id in there:
                results.append(self._again(one, there[told.id]))
            elif isinstance(places, NotFound):
                results.append(self._refuse(one, places.code.value, places.reason, places.field))
            elif not {told.draft.customer_id, told.draft.site_id} - {None} <= known:
                results.append(self._refuse(one, Reason.UNKNOWN_CUSTOMER.value, "", "customer"))
            else:
                new.append((one, replace(told.draft, places=places)))
        made = create_orders(uow, [draft for _, draft in new])
        waiting = [draft.id for _, draft in new if draft.places.zone_id is not None and draft.id is not None]
        if self._options.assign and waiting:
            assign_automatically(uow, waiting)
        return results + [
            Brought(one.record, LineOutcome.CREATED, key, {"work_orders": str(key)})
            for (one, _), key in zip(new, made, strict=True)
        ]

    def _again(self, one: ReadLine, station_id: UUID | None) -> Brought | Refusal:
        if self._plan.station_id not in (None, station_id):
            return self._refuse(one, Reason.REFERENCE_USED.value, "the reference is used elsewhere", "reference")
        return Brought(one.record, LineOutcome.ALREADY_THERE, one.value.id)

    def _refuse(self, one: ReadLine, code: str, reason: str, field: str | None) -> Refusal:
        return Refusal(one.record, code, reason, self._plan.columns.get(field or ""))


def check(plan: Plan) -> None:
    """Check the options. Raises Invalid (import.option_wrong) with the path."""
    Options(plan, KNOWN)


def undo(uow: UnitOfWork, lines: Sequence[MadeLine]) -> dict[int, str | None]:
    """Cancel orders with which nobody has begun, and which no request has joined. A constant number of statements."""
    ids = {one.subject_id for one in lines}
    joined = held_orders(uow, ids)
    fates = {**dict.fromkeys(joined, False), **cancel_not_begun(uow, ids - joined)}
    kept = {True: None, False: errors.UNDO_BEGUN.code, None: errors.UNDO_GONE.code}
    return {one.nth: kept[fates.get(one.subject_id)] for one in lines}


ORDERS = ImportKind(COLUMNS, Orders)
