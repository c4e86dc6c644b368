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
