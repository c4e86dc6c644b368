"""What may be refused about photos and signatures."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "media.unknown", Kind.NOT_FOUND, "There is no such file on an order in your scope.", "在您的权限范围内没有该文件。"
)
AWAITED = declare(
    "media.awaited",
    Kind.NOT_FOUND,
    "The file was announced, and has not been handed in yet.",
    "该文件已登记，尚未上传。",
)
ERASED = declare(
    "media.erased",
    Kind.GONE,
    "The file was erased: it was kept as long as the region keeps it.",
    "该文件已按保存期限删除。",
)
NOT_A_PICTURE = declare(
    "media.not_a_picture",
    Kind.INVALID,
    "This is no picture that can be kept: JPEG, PNG or WebP.",
    "不是可保存的图片（JPEG、PNG 或 WebP）。",
)
DAMAGED = declare(
    "media.damaged",
    Kind.INVALID,
    "Something is missing within the picture, or was changed; send it again, with its SHA-256.",
    "图片内容缺失或已损坏；请附上 SHA-256 重新上传。",
)
TOO_MANY_PIXELS = declare("media.too_many_pixels", Kind.INVALID, "The picture has too many pixels.", "图片像素过多。")
DIFFERENT = declare(
    "media.different",
    Kind.CONFLICT,
    "Another file is kept under this name already; what was handed in never changes.",
    "该名称下已有另一文件；已上传的内容不可更改。",
)
NAME_UNFIT = declare(
    "media.name_unfit",
    Kind.INVALID,
    "A media id has 1 to 64 letters, digits, dots, hyphens and underscores.",
    "媒体编号须为 1 至 64 个字母、数字、点、连字符或下划线。",
)
NOT_YOURS = declare(
    "media.not_yours",
    Kind.FORBIDDEN,
    "Only those who do the order or dispatch it hand in files.",
    "只有该工单的处理人员或调度人员可以上传文件。",
)
NO_THUMBNAIL = declare(
    "media.no_thumbnail",
    Kind.NOT_FOUND,
    "There is no thumbnail of this file: it is not made yet, or it cannot be made.",
    "该文件没有缩略图：尚未生成或无法生成。",
)
CHANGED = declare(
    "media.changed",
    Kind.INVALID,
    "The file is not the one that was announced: its SHA-256 differs.",
    "文件与登记的不一致：SHA-256 不同。",
)
MISSING = declare(
    "media.missing",
    Kind.UNAVAILABLE,
    "The file is known, and its bytes cannot be read now; the operator has to look.",
    "该文件已登记，但目前无法读取其内容，请联系运维人员。",
    retryable=True,
)
