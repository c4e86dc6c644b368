"""What may be refused about fees."""

from kernel.errors import Kind, declare

LINE_UNKNOWN = declare("fee.line_unknown", Kind.NOT_FOUND, "The order has no such line.", "该工单没有这一费用行。")
NOT_ALLOWED = declare(
    "fee.not_allowed",
    Kind.FORBIDDEN,
    "Fees are for those who do the order, or dispatch it.",
    "仅工单执行人或调度人员可登记费用。",
)
ORDER_OVER = declare(
    "fee.order_over",
    Kind.CONFLICT,
    "The order is closed or cancelled: its fees stay as they are.",
    "工单已关单或已取消，费用不再变更。",
)
ID_REUSED = declare("fee.id_reused", Kind.CONFLICT, "This id was used for something else.", "该编号已用于其他内容。")
REMOVED = declare("fee.removed", Kind.CONFLICT, "This line was removed already.", "该费用行已被移除。")
DATA_UNFIT = declare(
    "fee.data_unfit", Kind.INVALID, "A member of the line is not what it must be.", "费用行中的某项内容无效。"
)
AMOUNT_UNFIT = declare(
    "fee.amount_unfit",
    Kind.INVALID,
    'Amounts and quantities are decimal texts within bounds, such as "80.00".',
    "金额与数量须为范围内的十进制文本，例如“80.00”。",
)
CURRENCY_OTHER = declare(
    "fee.currency_other",
    Kind.INVALID,
    "The region charges in another currency.",
    "该区域使用其他币种收费。",
)
CODE_UNKNOWN = declare("fee.code_unknown", Kind.INVALID, "The price list has no such item.", "价目表中没有该项目。")
FREE_LINE = declare(
    "fee.free_line",
    Kind.INVALID,
    "The region charges only what is on its price list.",
    "该区域只能按价目表收费。",
)
ABOVE_LIST = declare("fee.above_list", Kind.INVALID, "The price is above the price list.", "价格高于价目表。")
DISCOUNT_TOO_HIGH = declare(
    "fee.discount_too_high",
    Kind.FORBIDDEN,
    "This is more than you may give away.",
    "减免超出您的权限。",
)
REASON_MISSING = declare("fee.reason_missing", Kind.INVALID, "A discount needs a reason.", "减免须注明原因。")
WARRANTY_UNPROVEN = declare(
    "fee.warranty_unproven",
    Kind.INVALID,
    "Nothing says that this is under warranty.",
    "没有依据表明该设备在保修期内。",
)
