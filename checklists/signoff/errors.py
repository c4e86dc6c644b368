"""What may be refused about sign-offs."""

from kernel.errors import Kind, declare

DIGEST_MALFORMED = declare(
    "signoff.digest_malformed",
    Kind.INVALID,
    "The digest must be a SHA-256 in 64 hexadecimal characters.",
    "摘要须为 64 位十六进制的 SHA-256。",
)
INCOMPLETE = declare(
    "signoff.incomplete",
    Kind.INVALID,
    "A sign-off names the signer, or the reason why the customer refused.",
    "签字确认须注明签字人，或注明客户拒签的原因。",
)
UNKNOWN = declare("signoff.unknown", Kind.NOT_FOUND, "The order has no such sign-off.", "该工单没有此签字确认记录。")
OTHER_DIGEST = declare(
    "signoff.other_digest",
    Kind.CONFLICT,
    "The order holds something else than what was signed.",
    "工单现有内容与所签内容不一致。",
)
ID_REUSED = declare(
    "signoff.id_reused", Kind.CONFLICT, "This id was used for something else.", "该编号已用于其他内容。"
)
TEXT_UNFIT = declare(
    "signoff.text_unfit", Kind.INVALID, "A text of the sign-off is too long.", "签字确认中的文字过长。"
)
