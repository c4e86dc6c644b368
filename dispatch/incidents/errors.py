"""What may be refused about major incidents."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "incident.unknown",
    Kind.NOT_FOUND,
    "There is no such incident in your scope.",
    "在您的权限范围内没有该重大故障。",
)
NOT_ALLOWED = declare(
    "incident.not_allowed",
    Kind.FORBIDDEN,
    "This is for the commander of the incident, or for who dispatches there.",
    "仅该重大故障的指挥人或当地调度人员可执行此操作。",
)
ILLEGAL = declare(
    "incident.illegal",
    Kind.CONFLICT,
    "This step is not possible from the incident's present state.",
    "重大故障当前状态不允许此操作。",
)
CHILDREN_OPEN = declare(
    "incident.children_open",
    Kind.CONFLICT,
    "Orders of the incident are not done: decide what becomes of them.",
    "仍有未完成的子工单，请先决定如何处理。",
)
SUMMARY_MISSING = declare(
    "incident.summary_missing", Kind.INVALID, "Say what was learnt before it is closed.", "关闭前请填写复盘总结。"
)
COMMAND_REUSED = declare(
    "incident.command_reused",
    Kind.CONFLICT,
    "This command id was used for something else.",
    "该指令编号已用于其他内容。",
)
NOWHERE = declare(
    "incident.nowhere",
    Kind.INVALID,
    "Say where it is: zones, a group or a station of one region.",
    "请指明范围：同一区域内的片区、维护组或服务站。",
)
COMMANDER_UNKNOWN = declare(
    "incident.commander_unknown",
    Kind.INVALID,
    "There is no such active person in the region.",
    "该区域没有此在用人员。",
)
ORDER_TAKEN = declare(
    "incident.order_taken", Kind.CONFLICT, "The order belongs to an incident already.", "该工单已归入重大故障。"
)
ORDER_NOT_LINKED = declare(
    "incident.order_not_linked",
    Kind.INVALID,
    "The order does not belong to this incident.",
    "该工单不属于此重大故障。",
)
ORDER_ELSEWHERE = declare(
    "incident.order_elsewhere", Kind.INVALID, "The order is of another region, or over.", "该工单属于其他区域或已结束。"
)
UPDATE_TIME = declare(
    "incident.update_time",
    Kind.INVALID,
    "The next news must be promised for a later time, within 30 days.",
    "下次通报时间须晚于现在且在 30 天内。",
)
NO_EMERGENCY = declare(
    "incident.no_emergency",
    Kind.CONFLICT,
    "Only emergencies, and orders of an incident under way, are taken over.",
    "仅紧急工单或处理中的重大故障子工单可接管。",
)
