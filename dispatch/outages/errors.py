"""What may be refused about planned outages."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "outage.unknown",
    Kind.NOT_FOUND,
    "There is no such planned outage in your scope.",
    "在您的权限范围内没有该计划停机。",
)
ILLEGAL = declare(
    "outage.illegal",
    Kind.CONFLICT,
    "This step is not possible from the outage's present state.",
    "计划停机当前状态不允许此操作。",
)
WINDOW_BACKWARDS = declare(
    "outage.window_backwards", Kind.INVALID, "The outage ends before it begins.", "停机时段的结束早于开始。"
)
WINDOW_PAST = declare("outage.window_past", Kind.INVALID, "The outage lies in the past.", "停机时段已经过去。")
WINDOW_TOO_LONG = declare(
    "outage.window_too_long", Kind.INVALID, "The outage lasts longer than one plan may.", "停机时段超过允许的长度。"
)
NOWHERE = declare(
    "outage.nowhere",
    Kind.INVALID,
    "Say where it is: places of one region, a boundary, or assets.",
    "请指明范围：同一运营部内的片区/维护组/服务站、一个多边形，或设备。",
)
WHERE_FIXED = declare(
    "outage.where_fixed",
    Kind.CONFLICT,
    "Customers know of this outage; cancel it and plan another one to change where it is.",
    "已通知客户，不能更改范围；请取消后另行计划。",
)
REASON_MISSING = declare("outage.reason_missing", Kind.INVALID, "Say why.", "请说明原因。")
HAS_ORDER = declare("outage.has_order", Kind.CONFLICT, "The outage has a work order already.", "该计划停机已有工单。")
COMMAND_REUSED = declare(
    "outage.command_reused",
    Kind.CONFLICT,
    "This command id was used for something else.",
    "该指令编号已用于其他内容。",
)
