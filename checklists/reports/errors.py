"""What may be refused about service reports."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "report.unknown", Kind.NOT_FOUND, "There is no such report in your scope.", "在您的权限范围内没有该服务报告。"
)
NOT_MADE = declare(
    "report.not_made",
    Kind.NOT_FOUND,
    "The report is not made yet; ask again in a moment.",
    "服务报告尚未生成，请稍后再试。",
)
CODE_UNKNOWN = declare(
    "report.code_unknown",
    Kind.NOT_FOUND,
    "No report has this code.",
    "没有使用此验证码的服务报告。",
)
