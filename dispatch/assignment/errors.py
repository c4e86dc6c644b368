"""What may be refused about who gets an order."""

from kernel.errors import Kind, declare

RULE_UNKNOWN = declare(
    "assignment.rule_unknown",
    Kind.INVALID,
    "The region has not decided on an assignment rule with this code.",
    "该区域没有此编码的派单规则。",
)
NOT_FIT = declare(
    "assignment.not_fit",
    Kind.INVALID,
    "This person may not have the order; `reasons` says why.",
    "该人员不能承接此工单，原因见 reasons。",
)
REASON_NEEDED = declare(
    "assignment.reason_needed",
    Kind.INVALID,
    "Say why: somebody else comes first, or a rule speaks against it.",
    "该人员并非首选或不符合规则，请说明理由。",
)
OFFER_UNKNOWN = declare(
    "assignment.offer_unknown",
    Kind.NOT_FOUND,
    "There is no such offer in your scope.",
    "在您的权限范围内没有该抢单或交接。",
)
OFFER_OPEN = declare(
    "assignment.offer_open", Kind.CONFLICT, "The order is offered to somebody already.", "该工单已在抢单或交接中。"
)
NOT_OFFERABLE = declare(
    "assignment.not_offerable",
    Kind.CONFLICT,
    "The order cannot be offered as it is now.",
    "该工单当前状态不能抢单或交接。",
)
OFFER_TAKEN = declare("assignment.offer_taken", Kind.CONFLICT, "Somebody else was faster.", "已被他人抢先接单。")
OFFER_EXPIRED = declare(
    "assignment.offer_expired", Kind.CONFLICT, "The time of the offer is over.", "该抢单或交接已过期。"
)
OFFER_OVER = declare("assignment.offer_over", Kind.CONFLICT, "The offer is over.", "该抢单或交接已结束。")
NOT_ALLOWED = declare(
    "assignment.not_allowed",
    Kind.FORBIDDEN,
    "This is for those who dispatch the order, who have it, or who are offered it.",
    "仅调度人员、当前承接人或被邀请人可执行此操作。",
)
NOBODY = declare(
    "assignment.nobody", Kind.CONFLICT, "Nobody was found who may do the order.", "没有可承接该工单的人员。"
)
ORDER_CHANGED = declare(
    "assignment.order_changed",
    Kind.CONFLICT,
    "The order is not with this person any more, or has changed.",
    "该工单已不在此人名下或已变更。",
)
ID_REUSED = declare(
    "assignment.id_reused", Kind.CONFLICT, "This id was used for something else.", "该编号已用于其他内容。"
)
