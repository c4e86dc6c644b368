"""People with accounts as a table."""

from dataclasses import asdict, dataclass
from uuid import UUID

from dispatch.accounts import queries
from dispatch.accounts.kinds import AccountKind
from dispatch.exports.kinds.kind import ExportKind
from kernel.actor import Level, Role


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """Which people; what is None does not filter."""

    q: str | None = None
    region_id: UUID | None = None
    role: Role | None = None
    active: bool | None = None
    kind: AccountKind | None = None


PEOPLE = ExportKind(
    titles=("people", "人员"),
    columns={
        "login": ("login", "登录名"),
        "name": ("name", "姓名"),
        "phone": ("telephone", "电话"),
        "region": ("region", "区域"),
        "kind": ("kind", "账号类型"),
        "locale": ("language", "语言"),
        "active": ("active", "在用"),
        "created_at": ("created at", "建档时间"),
        "id": ("id", "编号"),
        "region_id": ("region id", "区域编号"),
    },
    filters=PersonFilter,
    page=lambda reading, filters, limit, after: queries.page_of_users(
        reading, **asdict(filters), limit=limit, after=after
    ),
    count=lambda reading, filters: queries.count_of_users(reading, **asdict(filters)),
    named={"region": ("region_id", Level.REGION)},
)
