"""What may be refused about the policies of a region."""

from kernel.errors import Kind, declare

RULES_WRONG = declare(
    "policy.rules_wrong",
    Kind.INVALID,
    "The rules name something that there is not, or a value that cannot be.",
    "策略包含未知的项目或无效的取值。",
)
IN_THE_PAST = declare(
    "policy.in_the_past",
    Kind.INVALID,
    "A policy cannot begin in the past: it would change what was decided by it.",
    "策略不能从过去生效：那会改变已据此作出的决定。",
)
