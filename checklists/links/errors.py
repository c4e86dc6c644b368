"""What may be refused about signing links."""

from kernel.errors import Kind, declare

UNKNOWN = declare("signing_link.unknown", Kind.NOT_FOUND, "There is no such link.", "没有该签字链接。")
OVER = declare(
    "signing_link.over",
    Kind.GONE,
    "This link was used, has ended, or the order changed since.",
    "该签字链接已使用、已失效，或工单内容已变更。",
)
UNSIGNED = declare(
    "signing_link.unsigned",
    Kind.INVALID,
    "Write your name, and draw your signature or type the code.",
    "请填写姓名，并手写签名或输入验证码。",
)
WRONG_CODE = declare("signing_link.wrong_code", Kind.FORBIDDEN, "This is not the code.", "验证码不正确。")
NOTHING_TO_SIGN = declare(
    "signing_link.nothing_to_sign",
    Kind.CONFLICT,
    "The order is not yet at the site, or nobody signs it.",
    "工单尚未到场作业，或无需签字。",
)
