"""Zones as a table, without their boundaries."""

from dataclasses import asdict, dataclass
from uuid import UUID

from dispatch.exports.kinds.kind import GROUP, PLACES, STATION, ExportKind
from dispatch.territory import queries


@dataclass(frozen=True, slots=True)
class ZoneFilter:
    """Which zones; what is None does not filter."""

    region_id: UUID | None = None
    station_id: UUID | None = None
    group_id: UUID | None = None
    code: str | None = None
    with_retired: bool = False


ZONES = ExportKind(
    titles=("zones", "片区"),
    columns={
        "code": ("code", "编码"),
        "name": ("name", "名称"),
        "station": STATION,
        "group": GROUP,
        "subscribers": ("subscribers", "用户数"),
        "coordinate_system": ("coordinate system", "坐标系"),
        "created_at": ("created at", "建立时间"),
        "retired_at": ("retired at", "停用时间"),
        "id": ("id", "编号"),
        "station_id": ("station id", "服务站编号"),
        "group_id": ("group id", "维护组编号"),
    },
    filters=ZoneFilter,
    page=lambda reading, filters, limit, after: queries.zones(reading, **asdict(filters), limit=limit, after=after),
    count=lambda reading, filters: queries.count_of_zones(reading, **asdict(filters)),
    named={name: PLACES[name] for name in ("station", "group")},
)
