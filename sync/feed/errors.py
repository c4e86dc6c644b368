"""What a pull may be refused for."""

from kernel.errors import Kind, declare

RESYNC = declare(
    "resync-required",
    Kind.GONE,
    "Pull from 0 as a replacement: this cursor cannot be continued.",
    "请从 0 开始重新拉取：该游标已失效。",
)
SINCE = declare("pull.since", Kind.INVALID, "`since` must be a whole number from 0.", "`since` 必须是非负整数。")
COLLECTION = declare("pull.collection", Kind.INVALID, "There is no such collection.", "没有该集合。")
