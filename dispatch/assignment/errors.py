"""What may be refused about who gets an order."""

from kernel.errors import Kind, declare

RULE_UNKNOWN = declare(
    "assignment.rule_unknown",
    Kind.INVALID,
    "The region has not decided on an assignment rule with this code.",
    "该区域没有此编码的派单规则。",
)
