"""What may be refused about checklist runs."""

from kernel.errors import Kind, declare

NO_RUN = declare("checklist.no_run", Kind.NOT_FOUND, "This order has no checklist.", "该工单没有检查清单。")
UNKNOWN_ITEM = declare(
    "checklist.unknown_item",
    Kind.INVALID,
    "The order's checklist has no such item.",
    "该工单的检查清单没有此检查项。",
)
WRONG_TYPE = declare(
    "checklist.wrong_type", Kind.INVALID, "The value is no answer to this item.", "该值不是此检查项可接受的答案。"
)
OUT_OF_BOUNDS = declare(
    "checklist.out_of_bounds",
    Kind.INVALID,
    "The number lies beyond what can be measured at all: it may be mistyped.",
    "数值超出可能的测量范围，请检查是否输错。",
)
WRONG_UNIT = declare(
    "checklist.wrong_unit", Kind.INVALID, "The item is measured in another unit.", "此检查项使用其他计量单位。"
)
OTHER_VERSION = declare(
    "checklist.other_version",
    Kind.CONFLICT,
    "The order's checklist is another version than the one that was answered.",
    "该工单使用的检查清单版本与所答版本不一致。",
)
SIGN_INSTEAD = declare(
    "checklist.sign_instead",
    Kind.INVALID,
    "The customer's signature is given by signing off, not by an answer.",
    "客户签字须通过签字确认提交，不能作为普通答案提交。",
)
ANSWER_ID_REUSED = declare(
    "checklist.answer_id_reused",
    Kind.CONFLICT,
    "This id was used for something else.",
    "该编号已用于其他内容。",
)
NOT_YOURS = declare(
    "checklist.not_yours",
    Kind.FORBIDDEN,
    "Only the assignee or a dispatcher may fill in this checklist.",
    "只有当前处理人或调度人员可以填写此检查清单。",
)
ORDER_OVER = declare(
    "checklist.order_over",
    Kind.CONFLICT,
    "The order is closed or cancelled; its checklist no longer changes from a desk.",
    "工单已关闭或取消，不能再修改其检查清单。",
)
NOT_SHOWN = declare(
    "checklist.not_shown",
    Kind.CONFLICT,
    "This item is not asked for, given the answers so far.",
    "根据目前的答案，此检查项无需填写。",
)
