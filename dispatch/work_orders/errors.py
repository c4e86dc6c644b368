"""What may be refused about work orders."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "work_order.unknown", Kind.NOT_FOUND, "There is no such work order in your scope.", "在您的权限范围内没有该工单。"
)
ILLEGAL = declare(
    "work_order.illegal",
    Kind.CONFLICT,
    "This step is not possible from the order's present state.",
    "工单当前状态不允许此操作。",
)
NOT_ALLOWED = declare(
    "work_order.not_allowed", Kind.FORBIDDEN, "This step is not for your role.", "您的角色无权执行此步骤。"
)
NOT_CURRENT_ASSIGNMENT = declare(
    "work_order.not_current_assignment",
    Kind.CONFLICT,
    "The order is no longer assigned to you.",
    "该工单已不再指派给您。",
)
LEAD_ONLY = declare(
    "work_order.lead_only",
    Kind.CONFLICT,
    "This step is for the lead of the crew.",
    "此步骤只能由作业小组负责人执行。",
)
CREW_UNDECIDED = declare(
    "work_order.crew_undecided",
    Kind.INVALID,
    "Say whether the crew stays with the new lead: keep or dissolve.",
    "请说明更换负责人后作业小组保留（keep）还是解散（dissolve）。",
)
CREW_DOUBLE = declare(
    "work_order.crew_double",
    Kind.CONFLICT,
    "This person is in the crew already, or leads it.",
    "该人员已在作业小组中，或为其负责人。",
)
CREW_MEMBER_UNKNOWN = declare(
    "work_order.crew_member_unknown", Kind.INVALID, "This person is not in the crew.", "该人员不在作业小组中。"
)
CREW_UNFIT = declare(
    "work_order.crew_unfit",
    Kind.INVALID,
    "This person is away at the time, or lacks the skill; without it they may come along as an assistant.",
    "该人员届时缺勤，或不具备此项技能（可作为辅助人员随行）。",
)
DATA_MISSING = declare(
    "work_order.data_missing", Kind.INVALID, "The command lacks something it needs.", "指令缺少必要的数据。"
)
CHECKS_NOT_PASSED = declare(
    "work_order.checks_not_passed",
    Kind.CONFLICT,
    "Identity, environment and tools are not all checked.",
    "身份、环境、工具检查尚未全部通过。",
)
SAFETY_FAILED = declare("work_order.safety_failed", Kind.CONFLICT, "A safety check failed.", "安全检查未通过。")
NOT_ALL_ANSWERED = declare(
    "work_order.not_all_answered", Kind.CONFLICT, "Required items are not answered.", "仍有必填项未作答。"
)
NOT_SIGNED = declare("work_order.not_signed", Kind.CONFLICT, "The customer has not signed.", "客户尚未签字。")
TECHNICIAN_UNKNOWN = declare(
    "work_order.technician_unknown",
    Kind.INVALID,
    "There is no such technician in your scope.",
    "在您的权限范围内没有该维护人员。",
)
WINDOW_BACKWARDS = declare(
    "work_order.window_backwards", Kind.INVALID, "The window ends before it starts.", "预约时段的结束早于开始。"
)
COMMAND_REUSED = declare(
    "work_order.command_reused",
    Kind.CONFLICT,
    "This command id was used for something else.",
    "该指令编号已用于其他内容。",
)
WORK_TYPE_UNKNOWN = declare(
    "work_order.work_type_unknown", Kind.INVALID, "There is no such work type.", "没有该工单类型。"
)
REASON_UNKNOWN = declare(
    "work_order.reason_unknown",
    Kind.INVALID,
    "This is no reason that the region knows.",
    "该原因不在本区域的原因目录中。",
)
EVIDENCE_MISSING = declare(
    "work_order.evidence_missing", Kind.INVALID, "This reason needs evidence.", "该原因需要提供佐证。"
)
WINDOW_PAST = declare("work_order.window_past", Kind.INVALID, "The window is over.", "预约时段已经过去。")
WINDOW_TOO_LONG = declare(
    "work_order.window_too_long",
    Kind.INVALID,
    "The window is longer than the region allows.",
    "预约时段超过本区域允许的长度。",
)
DOUBLE_BOOKED = declare(
    "work_order.double_booked",
    Kind.CONFLICT,
    "The technician has another appointment then.",
    "该维护人员在此时段已有预约。",
)
OTHER_TRIP = declare(
    "work_order.other_trip",
    Kind.CONFLICT,
    "The technician is on the way to another order.",
    "该维护人员正在前往其他工单。",
)
ETA_PAST = declare("work_order.eta_past", Kind.INVALID, "The expected arrival is over.", "预计到达时间已经过去。")
GEOFENCE_MISS = declare(
    "work_order.geofence_miss",
    Kind.INVALID,
    "You are not at the site; say why.",
    "您不在服务地址附近，请说明原因。",
)
HOLD_BACKWARDS = declare(
    "work_order.hold_backwards", Kind.INVALID, "The hold ends before it begins.", "挂起的结束早于开始。"
)
HOLD_TOO_LONG = declare(
    "work_order.hold_too_long",
    Kind.INVALID,
    "Holding it for so long needs a leader.",
    "挂起超过上限，需由组长操作或批准。",
)
DECISION_MISSING = declare(
    "work_order.decision_missing",
    Kind.CONFLICT,
    "Decide first what follows: a follow-up order, reopening, or nothing.",
    "请先决定后续：建后续单、重新打开，或无需处理。",
)
REOPEN_TOO_LATE = declare(
    "work_order.reopen_too_late",
    Kind.CONFLICT,
    "The time in which it may be reopened is over; open a new order.",
    "已超过可重新打开的期限，请新建工单。",
)
SUBMIT_INCOMPLETE = declare(
    "work_order.incomplete", Kind.INVALID, "The draft lacks something that it needs.", "草稿缺少必要的信息。"
)
DUPLICATE = declare(
    "work_order.duplicate",
    Kind.CONFLICT,
    "There is an open order for the same; join them, or say that this is another one.",
    "已有相同内容的未完工单，请合并或确认另建。",
)
REASON_FIXED = declare(
    "work_order.reason_fixed",
    Kind.INVALID,
    "`other` stays in use, and needs no evidence.",
    "“其他”必须保留，且不要求佐证。",
)
APPOINTMENT_UNKNOWN = declare(
    "work_order.appointment_unknown",
    Kind.NOT_FOUND,
    "There is no such appointment in your scope.",
    "在您的权限范围内没有该预约。",
)
APPOINTMENT_OVER = declare(
    "work_order.appointment_over",
    Kind.CONFLICT,
    "This appointment is no proposal any more.",
    "该预约已不是待确认状态。",
)
STRANDED = declare(
    "work_order.stranded",
    Kind.CONFLICT,
    "Open orders would be stranded; say in open_orders what becomes of them.",
    "有未完工单将无人负责，请在 open_orders 中说明如何处理。",
)
