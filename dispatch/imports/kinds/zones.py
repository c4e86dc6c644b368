"""Zones by their codes as a kind of import, with boundaries in WKT or GeoJSON, into groups that are there."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import shapely
from shapely.errors import ShapelyError

from dispatch.csv_stream import Record
from dispatch.imports import errors
from dispatch.imports.batches import SourceLine
from dispatch.imports.kinds.cells import Cells
from dispatch.imports.kinds.kind import Brought, Column, ImportKind, MadeLine, Plan, ReadLine, Refusal, may_import
from dispatch.imports.kinds.options import COORDINATES, Options
from dispatch.imports.states import LineOutcome
from dispatch.territory.geometry import read_boundary
from dispatch.territory.zone_lines import Came, How, ZoneLine, bring_zones, remove, unused
from kernel.errors import FORBIDDEN, DomainError
from kernel.unit_of_work import UnitOfWork

_SQUARE = "POLYGON((119.26 33.77, 119.28 33.77, 119.28 33.79, 119.26 33.79, 119.26 33.77))"
COLUMNS = {
    "code": Column("zone code", "片区编码", ("编码", "zone"), ("Z-01", "Z-01"), needed=True),
    "name": Column("zone name", "片区名称", ("名称", "片区"), ("Hongqi Road", "红旗路片区"), needed=True),
    "group": Column("group", "维护组", ("group code", "维护组编码", "班组"), ("G01", "G01"), needed=True),
    "station": Column("station", "服务站", ("station code", "服务站编码")),
    "subscribers": Column("subscribers", "用户数", ("户数",), ("1200", "1200")),
    "boundary": Column("boundary", "边界", ("WKT", "GeoJSON", "geometry", "几何"), (_SQUARE, _SQUARE)),
}
OUTCOMES = {
    How.DRAWN: LineOutcome.CREATED,
    How.CHANGED: LineOutcome.UPDATED,
    How.UNCHANGED: LineOutcome.ALREADY_THERE,
}
MOST_SUBSCRIBERS = 1_000_000


class Zones:
    """Draws zones, and redraws those that a line says something else of."""

    def __init__(self, uow: UnitOfWork, plan: Plan) -> None:
        if not may_import(uow, plan.region_id, plan.station_id):
            raise FORBIDDEN()
        self._plan, self._cells, self._options = plan, Cells(plan), Options(plan, (COORDINATES,))

    def read(self, line: SourceLine) -> ReadLine | Refusal:
        """Read a line; a code is one zone."""
        try:
            return ReadLine(line.record, *self._read(line.record))
        except DomainError as refused:
            return self._refusal(line.record, refused)

    def _read(self, record: Record) -> tuple[str, Any]:
        code, name, group = (self._cells.needed(record, field) for field in ("code", "name", "group"))
        declared = self._boundary(record)
        plain = None if declared is None else read_boundary(declared, system=self._options.coordinates)
        station, subscribers = self._cells.text(record, "station") or None, self._subscribers(record)
        return code, ZoneLine(code, name, group, station, declared, plain, subscribers)

    def _subscribers(self, record: Record) -> int | None:
        text = self._cells.text(record, "subscribers")
        if not text:
            return None
        if not text.isascii() or not text.isdecimal() or int(text[:9]) > MOST_SUBSCRIBERS or len(text) > 9:
            raise errors.CELL_WRONG(f"a whole number up to {MOST_SUBSCRIBERS}", path="/subscribers")
        return int(text)

    def _boundary(self, record: Record) -> Mapping[str, Any] | None:
        """Read a geometry in GeoJSON (or a feature with one) or in WKT, or nothing of an empty cell."""
        text = self._cells.text(record, "boundary")
        if not text:
            return None
        try:
            if text.startswith("{"):
                found: Any = orjson.loads(text)
            else:  # what comes before the semicolon in PostGIS's form is the number of its system
                found = orjson.loads(shapely.to_geojson(shapely.from_wkt(text.rpartition(";")[2])))
        except (ValueError, ShapelyError) as error:
            raise errors.CELL_WRONG("a boundary in WKT or GeoJSON", path="/boundary") from error
        geometry: Mapping[str, Any] = found.get("geometry") or {} if found.get("type") == "Feature" else found
        return geometry

    def bring(self, uow: UnitOfWork, lines: Sequence[ReadLine]) -> list[Brought | Refusal]:
        """Draw what is not there, and change what differs. Lines that say what is there cost no statement, others some."""
        came = bring_zones(
            uow,
            self._plan.region_id,
            [one.value for one in lines],
            system=self._options.coordinates,
            within=self._plan.station_id,
        )
        return [self._result(one.record, how) for one, how in zip(lines, came, strict=True)]

    def _result(self, record: Record, came: Came | DomainError) -> Brought | Refusal:
        if isinstance(came, DomainError):
            return self._refusal(record, came)
        made = {"zones": str(came.zone_id)} if came.how is How.DRAWN else {}
        return Brought(record, OUTCOMES[came.how], came.zone_id, made)

    def _refusal(self, record: Record, refused: DomainError) -> Refusal:
        """Say what is wrong; whatever part of a boundary it is lies in that column."""
        said = self._cells.refusal(record, refused)
        if refused.fields and refused.fields[0].path.startswith("/boundary"):
            return Refusal(record, said.code, said.reason, self._plan.columns.get("boundary"))
        return said


def check(plan: Plan) -> None:
    """Check the options. Raises Invalid (import.option_wrong) with the path."""
    Options(plan, (COORDINATES,))


def undo(uow: UnitOfWork, lines: Sequence[MadeLine]) -> dict[int, str | None]:
    """Remove zones that are as they were drawn, and that nothing names. A constant number of statements for each station."""
    free = unused(uow, {one.subject_id for one in lines})
    remove(uow, free)
    return {one.nth: None if one.subject_id in free else errors.UNDO_IN_USE.code for one in lines}


ZONES = ImportKind(COLUMNS, Zones)
