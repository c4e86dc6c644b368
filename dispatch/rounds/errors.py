"""What may be refused about preventive rounds."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "round.unknown", Kind.NOT_FOUND, "There is no such round in your scope.", "在您的权限范围内没有该巡检计划。"
)
RULE_WRONG = declare(
    "round.rule_wrong",
    Kind.INVALID,
    "This is no rule of recurrence (RFC 5545) that a round can follow.",
    "重复规则（RFC 5545）无效。",
)
RULE_NEVER = declare("round.never_fires", Kind.INVALID, "This rule never fires.", "该重复规则永远不会触发。")
RULE_TOO_OFTEN = declare(
    "round.too_often", Kind.INVALID, "This rule fires more often than a round can be done.", "该重复规则触发过于频繁。"
)
WINDOW_WRONG = declare(
    "round.window_wrong",
    Kind.INVALID,
    "The window of a visit must end, and before the next visit begins.",
    "巡检时段须有结束，且须在下一次巡检开始之前结束。",
)
NOWHERE = declare(
    "round.nowhere",
    Kind.INVALID,
    "Say where it is: a station, a group or a zone.",
    "请指明范围：服务站、维护组或片区。",
)
TARGETS_WRONG = declare(
    "round.targets_wrong",
    Kind.INVALID,
    "What is visited must be there, within the place of the round.",
    "巡检对象须存在并位于计划范围内。",
)
TOO_MANY = declare(
    "round.too_many", Kind.INVALID, "The round has more to visit than one plan may.", "巡检对象数量超过单个计划的上限。"
)
CALENDAR_WRONG = declare(
    "round.calendar_wrong",
    Kind.INVALID,
    "To do otherwise on holidays, a round needs a calendar with working days.",
    "节假日顺延或跳过需要指定含工作日的日历。",
)
ILLEGAL = declare(
    "round.illegal",
    Kind.CONFLICT,
    "This step is not possible from the round's present state.",
    "巡检计划当前状态不允许此操作。",
)
COMMAND_REUSED = declare(
    "round.command_reused",
    Kind.CONFLICT,
    "This command id was used for something else.",
    "该指令编号已用于其他内容。",
)
