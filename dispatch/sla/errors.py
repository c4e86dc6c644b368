"""What may be refused about service levels."""

from kernel.errors import Kind, declare

TARGETS_WRONG = declare(
    "sla.targets_wrong",
    Kind.INVALID,
    "A policy sets at least one time, each from a minute to a year, and none before the one it follows.",
    "策略至少须设一项时限，每项为 1 分钟至 1 年，且后一时限不得早于前一时限。",
)
IN_THE_PAST = declare(
    "sla.in_the_past",
    Kind.INVALID,
    "A policy cannot begin in the past: it would change what was promised.",
    "策略不能从过去生效：那会改变已作出的承诺。",
)
CALENDAR_WRONG = declare(
    "sla.calendar_wrong",
    Kind.INVALID,
    "The working calendar or the notice cannot be read.",
    "工作日历或放假通知无法识别。",
)
CALENDAR_UNKNOWN = declare(
    "sla.calendar_unknown",
    Kind.NOT_FOUND,
    "There is no such working calendar in your scope.",
    "权限范围内没有该工作日历。",
)
CALENDAR_TAKEN = declare(
    "sla.calendar_taken",
    Kind.CONFLICT,
    "A calendar of this code exists; clocks count by it, so it only takes new notices.",
    "该编码的工作日历已存在；时钟按其计算，只能补充放假通知。",
)
CLOCK_UNKNOWN = declare("sla.clock_unknown", Kind.NOT_FOUND, "The order has no such clock.", "该工单没有此时钟。")
RULES_WRONG = declare(
    "sla.rules_wrong",
    Kind.INVALID,
    "A reason is named twice, or the thresholds are not in order.",
    "暂停原因重复，或预警阈值顺序错误。",
)
POLICY_UNKNOWN = declare(
    "sla.policy_unknown", Kind.INVALID, "The region has no such service-level policy.", "该运营部没有此时限策略。"
)
