"""What a pull may be refused for."""

from kernel.errors import Kind, declare

RESYNC = declare(
    "resync-required",
    Kind.GONE,
    "Pull from 0 as a replacement: this cursor cannot be continued.",
    "请从 0 开始重新拉取：该游标已失效。",
)
UPGRADE = declare(
    "upgrade-required",
    Kind.UPGRADE,
    "This app asks for documents in a shape that is not served any more: install a newer one. Pushes still count.",
    "该应用版本过旧，请升级后再拉取数据；已有记录仍可上传。",
)
SINCE = declare("pull.since", Kind.INVALID, "`since` must be a whole number from 0.", "`since` 必须是非负整数。")
COLLECTION = declare("pull.collection", Kind.INVALID, "There is no such collection.", "没有该集合。")
