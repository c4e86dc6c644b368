"""What may be refused about service requests."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "request.unknown",
    Kind.NOT_FOUND,
    "There is no such service request in your scope.",
    "在您的权限范围内没有该报修单。",
)
PLACE_MISSING = declare(
    "request.place_missing",
    Kind.INVALID,
    "Say where it is: a zone, a site, a position or at least the region.",
    "请说明地点：片区、地址、坐标，或至少运营部。",
)
SITE_WRONG = declare(
    "request.site_wrong", Kind.INVALID, "The site does not belong to this customer.", "该地址不属于此客户。"
)
ZONE_AMBIGUOUS = declare(
    "request.zone_ambiguous",
    Kind.CONFLICT,
    "The position lies in more than one zone; name the right one.",
    "该位置位于多个片区内，请指定片区。",
)
ZONE_SETTLED = declare(
    "request.zone_settled",
    Kind.CONFLICT,
    "The request lies in another zone already; say that you want to replace it.",
    "该报修单已归属其他片区；如需更改，请明确要求替换。",
)
REFERENCE_USED = declare(
    "request.reference_used",
    Kind.CONFLICT,
    "This reference was used for another request.",
    "该外部编号已用于其他报修单。",
)
MAPPING_WRONG = declare("request.mapping_wrong", Kind.INVALID, "The column mapping cannot be used.", "列映射无法使用。")
COLUMNS_MISSING = declare(
    "request.columns_missing", Kind.INVALID, "The file lacks columns that the mapping names.", "文件缺少映射中的列。"
)
NO_TABLE = declare(
    "request.no_table", Kind.INVALID, "The file cannot be read as a table of requests.", "文件无法作为报修表读取。"
)
ZONE_NOT_FOUND = declare(
    "request.zone_not_found",
    Kind.INVALID,
    "There is no zone of this code or name in the region.",
    "该运营部没有此编码或名称的片区。",
)
NO_ZONES = declare(
    "request.no_zones",
    Kind.CONFLICT,
    "The region has no zones yet; import zones first, or say where the requests belong.",
    "该运营部还没有片区，请先导入片区，或指定报修单所属的片区。",
)
