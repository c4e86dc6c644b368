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
STRANDED = declare(
    "work_order.stranded",
    Kind.CONFLICT,
    "Open orders would be stranded; say in open_orders what becomes of them.",
    "有未完工单将无人负责，请在 open_orders 中说明如何处理。",
)
