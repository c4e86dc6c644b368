"""What may be refused about resumable uploads."""

from kernel.errors import Kind, declare

UNKNOWN = declare("upload.unknown", Kind.NOT_FOUND, "There is no such upload of this device.", "该设备没有此上传任务。")
VERSION = declare("upload.version", Kind.STALE, "Only tus 1.0.0 is spoken here.", "仅支持 tus 1.0.0。")
HEADER = declare(
    "upload.header_wrong",
    Kind.MALFORMED,
    "A header of the upload is missing or cannot be read.",
    "上传请求头缺失或无效。",
)
TOO_LARGE = declare(
    "upload.too_large", Kind.TOO_LARGE, "The upload is larger than the limit.", "上传内容超过大小上限。"
)
TOO_MANY = declare(
    "upload.too_many",
    Kind.TOO_MANY,
    "The device has too many open uploads.",
    "该设备未完成的上传过多。",
    retryable=True,
)
DIFFERENT = declare(
    "upload.different",
    Kind.CONFLICT,
    "An upload of another length or content exists under this media id.",
    "该媒体编号下已有长度或内容不同的上传。",
)
OFFSET = declare("upload.offset_wrong", Kind.CONFLICT, "The upload goes on at another offset.", "上传偏移量不符。")
OVERTAKEN = declare(
    "upload.overtaken",
    Kind.LOCKED,
    "A newer request goes on with this upload.",
    "已有更新的请求在继续此上传。",
    retryable=True,
)
ENDED = declare("upload.ended", Kind.CONFLICT, "The upload is complete.", "该上传已完成。")
CONTENT_TYPE = declare(
    "upload.content_type",
    Kind.UNSUPPORTED,
    "A piece comes as application/offset+octet-stream.",
    "分片须使用 application/offset+octet-stream。",
)
CHECKSUM = declare(
    "upload.checksum", Kind.MISMATCH, "The piece is not what its checksum says.", "分片与校验和不符。", retryable=True
)
BYTES_LOST = declare(
    "upload.bytes_lost",
    Kind.CONFLICT,
    "The server has lost the bytes of this upload; begin it anew.",
    "服务器丢失了该上传的数据，请重新上传。",
    retryable=True,
)
