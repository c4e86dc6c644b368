"""Customers as a table."""

from dataclasses import asdict, dataclass
from uuid import UUID

from dispatch.customers import queries
from dispatch.exports.kinds.kind import GROUP, PLACES, STATION, ZONE, ExportKind


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers; what is None does not filter."""

    region_id: UUID | None = None
    station_id: UUID | None = None
    group_id: UUID | None = None
    zone_id: UUID | None = None
    vip: bool | None = None
    q: str | None = None


CUSTOMERS = ExportKind(
    titles=("customers", "客户"),
    columns={
        "name": ("name", "姓名"),
        "phone": ("telephone", "电话"),
        "email": ("e-mail", "电子邮箱"),
        "vip": ("VIP", "重要客户"),
        "station": STATION,
        "group": GROUP,
        "zone": ZONE,
        "created_at": ("created at", "建档时间"),
        "id": ("id", "编号"),
        "zone_id": ("zone id", "片区编号"),
    },
    filters=CustomerFilter,
    page=lambda reading, filters, limit, after: queries.page_of_customers(
        reading, **asdict(filters), limit=limit, after=after
    ),
    count=lambda reading, filters: queries.count_of_customers(reading, **asdict(filters)),
    named=PLACES,
    personal=frozenset({"name", "phone", "email"}),
)
