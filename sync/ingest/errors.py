"""What a push as a whole may be refused for."""

from kernel.errors import Kind, declare

MALFORMED = declare(
    "push.malformed", Kind.MALFORMED, "The push is not an fsync/1 batch.", "推送内容不是有效的 fsync/1 批次。"
)
TOO_MANY_OPS = declare(
    "push.too_many_ops", Kind.TOO_LARGE, "A push holds more ops than the limit.", "单次推送的日志条数超过上限。"
)
TOO_LARGE = declare("push.too_large", Kind.TOO_LARGE, "A push is larger than the limit.", "推送内容超过大小上限。")
CODING_UNKNOWN = declare(
    "push.coding_unknown",
    Kind.UNSUPPORTED,
    "Only gzip, zstd and identity are understood.",
    "仅支持 gzip、zstd 或不压缩。",
)
OTHER_DEVICE = declare("push.other_device", Kind.FORBIDDEN, "The batch is from another device.", "该批次来自其他设备。")
LAGGING = declare(
    "sync.lagging",
    Kind.UNAVAILABLE,
    "The server is behind with what phones handed in: come again later.",
    "服务器处理积压，请稍后再试。",
    retryable=True,
)
