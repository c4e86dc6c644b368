"""Service requests as a kind of import, over what the command `import requests` takes, too."""

from collections.abc import Mapping, Sequence
from typing import Any

from dispatch.assignment.service import assign_automatically
from dispatch.csv_stream import Record
from dispatch.imports import errors
from dispatch.imports.batches import SourceLine
from dispatch.imports.kinds.kind import Brought, Column, ImportKind, MadeLine, Plan, ReadLine, Refusal
from dispatch.imports.states import LineOutcome
from dispatch.requests.guessing import WORDS, guess_formats, guess_statuses
from dispatch.requests.importing import ALREADY_THERE, IMPORTED, UPDATED, Import, Settled, begin_import, import_chunk
from dispatch.requests.mapping import REQUIRED, ColumnMapping, Rejected, RowReader
from dispatch.requests.mapping_file import read_mapping
from dispatch.requests.taking_back import Fate, take_back
from dispatch.requests.zoning import Prefer, ZoneRule
from kernel.unit_of_work import UnitOfWork

MAPPED = ("source", "timezone", "date_formats", "values", "defaults", "coordinate_system")
"""Options that belong to the mapping; docs/import.md describes them."""
RULES = ("zone", "recorded_zones", "keep_outside", "in_two_zones", "assign")
SOURCE = "import"
OUTCOMES = {
    IMPORTED: LineOutcome.CREATED,
    UPDATED: LineOutcome.UPDATED,
    ALREADY_THERE: LineOutcome.ALREADY_THERE,
}
_TITLES: Mapping[str, tuple[str, str, str, str]] = {
    "external_ref": ("reference", "工单号", "CRM-1001", "CRM-1001"),
    "opened": ("opened at", "报修时间", "2026-11-20 08:30:00", "2026-11-20 08:30:00"),
    "closed": ("closed at", "完成时间", "", ""),
    "target": ("due at", "要求完成时间", "2026-11-21 18:00:00", "2026-11-21 18:00:00"),
    "status": ("status", "状态", "open", "处理中"),
    "category": ("category", "类型", "No signal", "无信号"),
    "title": ("title", "标题", "No picture on all channels", "全部频道无图像"),
    "description": ("description", "内容", "Since yesterday evening", "昨晚开始"),
    "address": ("address", "地址", "12 Hongqi Road", "红旗路12号"),
    "lat": ("latitude", "纬度", "33.78", "33.78"),
    "lon": ("longitude", "经度", "119.27", "119.27"),
    "zone": ("zone", "片区", "", ""),
    "channel": ("channel", "渠道", "phone", "phone"),
    "contact_name": ("contact name", "联系人", "Ms Wang", "王女士"),
    "contact_phone": ("phone", "联系电话", "100 0000 0001", "100 0000 0001"),
}
COLUMNS = {
    name: Column(en, zh, WORDS[name], (example, example_zh), needed=name in REQUIRED)
    for name, (en, zh, example, example_zh) in _TITLES.items()
}


def guess(plan: Plan, records: Sequence[Record]) -> dict[str, Any]:
    """Propose how times and words for states are written."""
    places = {name: list(plan.header).index(heading) for name, heading in plan.columns.items()}
    cells: dict[str, list[str]] = {
        name: [one.cells[place].strip() for one in records if place < len(one.cells)] for name, place in places.items()
    }
    times = [text for name in ("opened", "closed", "target") for text in cells.get(name, ())]
    return {
        "source": SOURCE,
        "timezone": plan.timezone,
        "date_formats": guess_formats(times),
        "values": {"status": guess_statuses(cells.get("status", ()))},
        "in_two_zones": Prefer.ASK.value,
        "assign": True,
    }


def check(plan: Plan) -> None:
    """Check the options. Raises Invalid (request.mapping_wrong, import.option_wrong) with their paths."""
    _mapping(plan)
    _rule(plan)


def _mapping(plan: Plan) -> ColumnMapping:
    given = {name: plan.options[name] for name in MAPPED if name in plan.options}
    return read_mapping({"source": SOURCE, "timezone": plan.timezone, **given, "columns": dict(plan.columns)})


def _rule(plan: Plan) -> ZoneRule:
    options = plan.options
    for name in options:
        if name not in (*MAPPED, *RULES):
            raise errors.OPTION_WRONG("there are " + ", ".join((*MAPPED, *RULES)), path=f"/options/{name}")
    for name in ("recorded_zones", "keep_outside", "assign"):
        if not isinstance(options.get(name, False), bool):
            raise errors.OPTION_WRONG("true or false", path=f"/options/{name}")
    zone, prefer = options.get("zone"), options.get("in_two_zones", Prefer.NONE.value)
    if zone is not None and not (isinstance(zone, str) and zone.strip()):
        raise errors.OPTION_WRONG("the code or name of a zone", path="/options/zone")
    if prefer not in list(Prefer):
        raise errors.OPTION_WRONG("one of " + ", ".join(Prefer), path="/options/in_two_zones")
    keep_outside = options.get("keep_outside", False)
    if plan.station_id is not None and keep_outside:
        raise errors.OPTION_WRONG("what lies in no zone belongs to no station", path="/options/keep_outside")
    prefer = Prefer.NONE if plan.station_id is not None and prefer == Prefer.ASK else Prefer(prefer)
    return ZoneRule(zone, options.get("recorded_zones", False), keep_outside=keep_outside, prefer=prefer)


class Requests:
    """Brings in service requests."""

    def __init__(self, uow: UnitOfWork, plan: Plan) -> None:
        mapping = _mapping(plan)
        self._state: Import = begin_import(
            uow, region_id=plan.region_id, mapping=mapping, rule=_rule(plan), within=plan.station_id
        )
        self._reader = RowReader(mapping, plan.header)
        self._assign = assign_automatically if plan.options.get("assign", True) else None

    def read(self, line: SourceLine) -> ReadLine | Refusal:
        """Read a line by the mapping."""
        row = self._reader.read(line.record, line.zone)
        return _refusal(row) if isinstance(row, Rejected) else ReadLine(line.record, row.external_ref, row)

    def bring(self, uow: UnitOfWork, lines: Sequence[ReadLine]) -> list[Brought | Refusal]:
        """Make requests with their orders, and close what its source has closed."""
        settled, rejected = import_chunk(uow, self._state, [one.value for one in lines], assign=self._assign)
        return [*map(_brought, settled), *map(_refusal, rejected)]


def _refusal(row: Rejected) -> Refusal:
    return Refusal(row.record, row.code.value, row.reason, row.column)


def _brought(one: Settled) -> Brought:
    made = {}
    if one.made is not None:
        ids = {
            "service_requests": one.made.request_id,
            "work_orders": one.made.order_id,
            "customers": one.made.customer_id,
            "sites": one.made.site_id,
        }
        made = {table: str(key) for table, key in ids.items() if key is not None}
    return Brought(one.row.record, OUTCOMES[one.outcome], one.request_id, made)


_KEPT = {
    Fate.TAKEN_BACK: None,
    Fate.REMOVED: None,
    Fate.BEGUN: errors.UNDO_BEGUN.code,
    Fate.ENDED: errors.UNDO_ENDED.code,
    Fate.GONE: errors.UNDO_GONE.code,
}


def undo(uow: UnitOfWork, lines: Sequence[MadeLine]) -> dict[int, str | None]:
    """Withdraw requests with their orders, and delete history, as far as nobody has done anything with them."""
    fates = take_back(uow, [one.subject_id for one in lines])
    return {one.nth: _KEPT[fates[one.subject_id]] for one in lines}


REQUESTS = ImportKind(COLUMNS, Requests, guess)
