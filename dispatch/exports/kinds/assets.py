"""Assets as a table, with the columns by which they can be brought in again."""

from dispatch.assets import queries
from dispatch.assets.queries import AssetFilter
from dispatch.exports.kinds.kind import GROUP, PLACES, STATION, ZONE, ExportKind

ASSETS = ExportKind(
    titles=("assets", "设备"),
    columns={
        "serial": ("serial", "序列号"),
        "vendor": ("vendor", "厂商"),
        "kind": ("kind", "类别"),
        "model": ("model", "型号"),
        "state": ("state", "状态"),
        "station": STATION,
        "group": GROUP,
        "zone": ZONE,
        "bought_on": ("bought on", "购置日期"),
        "installed_on": ("installed on", "安装日期"),
        "warranty_until": ("warranty until", "保修截止"),
        "warranty_by": ("warranty by", "保修依据"),
        "created_at": ("created at", "登记时间"),
        "updated_at": ("updated at", "更新时间"),
        "id": ("id", "编号"),
        "site_id": ("site id", "地点编号"),
        "station_id": ("station id", "服务站编号"),
        "customer_id": ("customer id", "客户编号"),
    },
    filters=AssetFilter,
    page=lambda reading, filters, limit, after: queries.page_of_assets(
        reading, filters=filters, limit=limit, after=after
    ),
    count=queries.count_of_assets,
    named=PLACES,
)
