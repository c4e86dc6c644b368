"""What may be refused about conflicts."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "conflict.unknown", Kind.NOT_FOUND, "There is no such conflict in your scope.", "在您的权限范围内没有该冲突。"
)
RESOLVED = declare("conflict.resolved", Kind.CONFLICT, "Somebody has settled this already.", "该冲突已被处理。")
