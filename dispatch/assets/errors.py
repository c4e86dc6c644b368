"""What may be refused about assets."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "asset.unknown", Kind.NOT_FOUND, "There is no such asset in your scope.", "在您的权限范围内没有该设备。"
)
SERIAL_TAKEN = declare(
    "asset.serial_taken",
    Kind.CONFLICT,
    "An asset of this vendor with this serial number is registered already.",
    "该厂商的此序列号已登记。",
)
ILLEGAL = declare(
    "asset.illegal", Kind.CONFLICT, "This is not possible in the asset's present state.", "设备当前状态不允许此操作。"
)
SITE_MISSING = declare(
    "asset.site_missing", Kind.INVALID, "An asset is installed at a site; name it.", "安装设备须指定服务地址。"
)
SITE_WRONG = declare(
    "asset.site_wrong",
    Kind.INVALID,
    "The site lies in another region than the asset.",
    "该服务地址与设备不在同一运营部。",
)
STATION_WRONG = declare(
    "asset.station_wrong", Kind.INVALID, "There is no such station in this region.", "该运营部没有此服务站。"
)
DATES_WRONG = declare(
    "asset.dates_wrong",
    Kind.INVALID,
    "An asset is bought before it is installed, and neither lies in the future.",
    "购买日期不得晚于安装日期，且均不得晚于今天。",
)
MOMENT_WRONG = declare(
    "asset.moment_wrong",
    Kind.INVALID,
    "A move is neither in the future nor before the one it follows.",
    "变更时间不得晚于现在，也不得早于上一次变更。",
)
SWAP_WRONG = declare(
    "asset.swap_wrong",
    Kind.INVALID,
    "A swap takes out one asset and puts in another.",
    "更换须取下一台设备并装上另一台设备。",
)
TABLE_WRONG = declare(
    "asset.table_wrong", Kind.INVALID, "The file cannot be read as a table of assets.", "文件无法作为设备表读取。"
)
NOT_OF_SITE = declare(
    "asset.not_of_site",
    Kind.INVALID,
    "The asset is not in this region, or stands at another site.",
    "该设备不在此运营部，或安装在其他地址。",
)
