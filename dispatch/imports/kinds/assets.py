"""Assets by serial number as a kind of import, over the rules of their own table."""

from collections.abc import Sequence
from typing import Any

from dispatch.assets import removing
from dispatch.assets.importing import LineOutcome as AssetOutcome
from dispatch.assets.importing import LineReport, import_lines
from dispatch.assets.queries import today
from dispatch.assets.sheet import COLUMNS as FIELDS
from dispatch.assets.sheet import REQUIRED, read_asset
from dispatch.csv_stream import Record
from dispatch.customers.importing import customer_id_of, site_id_of
from dispatch.fees.queries import assets_charged
from dispatch.imports import errors
from dispatch.imports.batches import SourceLine
from dispatch.imports.kinds.cells import Cells
from dispatch.imports.kinds.kind import Brought, Column, ImportKind, MadeLine, Plan, ReadLine, Refusal, may_import
from dispatch.imports.kinds.options import SOURCE, Options
from dispatch.imports.states import LineOutcome
from dispatch.requests.holding import held_assets as assets_of_requests
from dispatch.rounds.queries import targets_among
from dispatch.work_orders.holding import held_assets as assets_of_orders
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork

_TITLES = {
    "serial": ("serial", "序列号", "HG6543-0001", "HG6543-0001"),
    "vendor": ("vendor", "厂商", "FiberHome", "烽火"),
    "kind": ("kind", "设备类别", "onu", "onu"),
    "model": ("model", "型号", "HG6145", "HG6145"),
    "site_id": ("site_id", "服务地点编号", "", ""),
    "station_id": ("station_id", "服务站编号", "", ""),
    "bought_on": ("bought_on", "购买日期", "2026-10-01", "2026-10-01"),
    "installed_on": ("installed_on", "安装日期", "2026-11-01", "2026-11-01"),
    "warranty_until": ("warranty_until", "保修截止", "", ""),
    "customer": ("customer reference", "客户编号", "", ""),
    "address": ("address", "地址", "", ""),
}
COLUMNS = {
    name: Column(en, zh, example=(example, example_zh), needed=name in REQUIRED)
    for name, (en, zh, example, example_zh) in _TITLES.items()
}


class Assets:
    """Registers assets; what is registered stays as it is."""

    def __init__(self, uow: UnitOfWork, plan: Plan) -> None:
        if not may_import(uow, plan.region_id, plan.station_id):
            raise FORBIDDEN()
        self._plan, self._cells, self._options = plan, Cells(plan), Options(plan, (SOURCE,))
        self._today = today(uow, plan.region_id)

    def read(self, line: SourceLine) -> ReadLine | Refusal:
        """Read a line. A site is named by its id, or by the reference of its customer with the address."""
        return self._cells.attempt(line.record, self._read)

    def _read(self, record: Record) -> tuple[str, Any]:
        given = {name: self._cells.text(record, name) for name in FIELDS}
        reference, address = self._cells.text(record, "customer"), self._cells.text(record, "address")
        if reference and not given["site_id"]:
            if not address:
                raise errors.CELL_WRONG("a customer's site is named by its address", path="/address")
            customer = customer_id_of(self._plan.region_id, self._options.source, reference)
            given["site_id"] = str(site_id_of(customer, address))
        for name in ("bought_on", "installed_on", "warranty_until"):
            day = self._cells.day(record, name)
            given[name] = "" if day is None else day.isoformat()
        line = read_asset(record.line, given, self._today)
        if line.problem is not None:
            raise line.problem
        assert line.asset is not None
        return f"{line.asset.vendor}\n{line.asset.serial}", line

    def bring(self, uow: UnitOfWork, lines: Sequence[ReadLine]) -> list[Brought | Refusal]:
        """Register those that are not there."""
        reports = import_lines(uow, self._plan.region_id, [one.value for one in lines], within=self._plan.station_id)
        return [self._result(one.record, report) for one, report in zip(lines, reports, strict=True)]

    def _result(self, record: Record, report: LineReport) -> Brought | Refusal:
        if report.outcome is AssetOutcome.REFUSED:
            heading = self._plan.columns.get(report.column or "")
            return Refusal(record, report.code or "", report.detail or "", heading)
        if report.outcome is AssetOutcome.ALREADY_THERE:
            return Brought(record, LineOutcome.ALREADY_THERE, report.asset_id)
        return Brought(record, LineOutcome.CREATED, report.asset_id, {"assets": str(report.asset_id)})


def check(plan: Plan) -> None:
    """Check the options. Raises Invalid (import.option_wrong) with the path."""
    Options(plan, (SOURCE,))


def undo(uow: UnitOfWork, lines: Sequence[MadeLine]) -> dict[int, str | None]:
    """Remove assets that nothing has happened to and that nothing names. A constant number of statements."""
    free = removing.untouched(uow, {one.subject_id for one in lines})
    for used in (assets_of_orders, assets_of_requests, assets_charged, targets_among):
        free -= used(uow, free)
    removing.remove(uow, free)
    return {one.nth: None if one.subject_id in free else errors.UNDO_IN_USE.code for one in lines}


ASSETS = ImportKind(COLUMNS, Assets)
