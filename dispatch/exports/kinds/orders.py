"""Work orders as a table."""

from dispatch.exports.kinds.kind import GROUP, PLACES, STATION, ZONE, ExportKind
from dispatch.work_orders import queries
from dispatch.work_orders.queries import OrderFilter

ORDERS = ExportKind(
    titles=("work-orders", "工单"),
    columns={
        "number": ("number", "工单号"),
        "status": ("status", "状态"),
        "priority": ("priority", "优先级"),
        "work_type": ("work type", "工单类型"),
        "title": ("title", "标题"),
        "station": STATION,
        "group": GROUP,
        "zone": ZONE,
        "assignee": ("assignee", "维护人员"),
        "received_at": ("received at", "受理时间"),
        "window_start_at": ("window from", "预约开始"),
        "window_end_at": ("window until", "预约结束"),
        "respond_due_at": ("respond by", "响应时限"),
        "responded_at": ("responded at", "响应时间"),
        "arrive_due_at": ("arrive by", "到场时限"),
        "arrived_at": ("arrived at", "到场时间"),
        "resolve_due_at": ("resolve by", "修复时限"),
        "completed_at": ("completed at", "完工时间"),
        "closed_at": ("closed at", "关单时间"),
        "escalated": ("escalated", "已升级"),
        "follow_up": ("follow-up", "后续处理"),
        "needs_review": ("needs review", "待复核"),
        "id": ("id", "编号"),
        "zone_id": ("zone id", "片区编号"),
        "assignee_id": ("assignee id", "维护人员编号"),
        "customer_id": ("customer id", "客户编号"),
        "site_id": ("site id", "地点编号"),
        "asset_id": ("asset id", "设备编号"),
    },
    filters=OrderFilter,
    page=lambda reading, filters, limit, after: queries.page_of_orders(
        reading, filters=filters, limit=limit, after=after
    ),
    count=queries.count_of_orders,
    named={**PLACES, "assignee": ("assignee_id", None)},
)
