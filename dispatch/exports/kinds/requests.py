"""Service requests as a table."""

from dispatch.exports.kinds.kind import GROUP, PLACES, STATION, ZONE, ExportKind
from dispatch.requests import queries
from dispatch.requests.queries import RequestFilter

REQUESTS = ExportKind(
    titles=("service-requests", "报修单"),
    columns={
        "external_ref": ("reference", "外部编号"),
        "source": ("source", "来源"),
        "channel": ("channel", "渠道"),
        "state": ("state", "状态"),
        "category": ("category", "分类"),
        "work_type": ("work type", "工单类型"),
        "priority": ("priority", "优先级"),
        "title": ("title", "标题"),
        "contact_name": ("contact", "联系人"),
        "contact_phone": ("telephone", "联系电话"),
        "contact_email": ("e-mail", "电子邮箱"),
        "address": ("address", "地址"),
        "station": STATION,
        "group": GROUP,
        "zone": ZONE,
        "owner": ("owner", "首问负责人"),
        "received_at": ("received at", "受理时间"),
        "expected_at": ("expected by", "承诺时间"),
        "resolved_at": ("resolved at", "解决时间"),
        "closed_at": ("closed at", "关闭时间"),
        "is_late": ("late", "已超期"),
        "id": ("id", "编号"),
        "zone_id": ("zone id", "片区编号"),
        "owner_id": ("owner id", "首问负责人编号"),
        "customer_id": ("customer id", "客户编号"),
        "site_id": ("site id", "地点编号"),
        "asset_id": ("asset id", "设备编号"),
        "work_order_id": ("work order id", "工单编号"),
        "duplicate_of_id": ("duplicate of", "重复于"),
    },
    filters=RequestFilter,
    page=lambda reading, filters, limit, after: queries.page_of_requests(
        reading, filters=filters, limit=limit, after=after
    ),
    count=queries.count_of_requests,
    named={**PLACES, "owner": ("owner_id", None)},
    personal=frozenset({"contact_name", "contact_phone", "contact_email", "address"}),
)
