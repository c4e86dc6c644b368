"""What may be refused about ops that wait for a person."""

from kernel.errors import Kind, declare

UNKNOWN = declare("op.unknown", Kind.NOT_FOUND, "There is no such op in your scope.", "在您的权限范围内没有该日志。")
WHICH = declare(
    "op.which", Kind.INVALID, "Name either ops by their ids or a filter.", "请指定日志编号或筛选条件，二者只能选一。"
)
