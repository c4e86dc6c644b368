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
STATE_WRONG = declare(
    "request.state_wrong",
    Kind.CONFLICT,
    "This is not possible in the request's present state.",
    "报修单当前状态不允许此操作。",
)
WORK_TYPE_MISSING = declare(
    "request.work_type_missing",
    Kind.INVALID,
    "Say what kind of work it is; the rules propose none.",
    "请指定工单类型；规则未给出建议。",
)
HAS_ORDER = declare(
    "request.has_order",
    Kind.CONFLICT,
    "The request has a work order, which says when it is resolved.",
    "该报修单已有工单，由工单决定是否解决。",
)
OWNED = declare(
    "request.owned",
    Kind.CONFLICT,
    "Somebody else owns this request; ownership is handed over with a reason.",
    "该报修单已有首问负责人，须说明原因后移交。",
)
OWNER_WRONG = declare(
    "request.owner_wrong",
    Kind.INVALID,
    "The new owner is an active person of the region, and not the present owner.",
    "新负责人须为该运营部的在职人员，且不是现负责人。",
)
EXPECTED_WRONG = declare(
    "request.expected_wrong",
    Kind.INVALID,
    "A customer can only be promised a time that is still to come.",
    "只能向客户承诺将来的时间。",
)
JOIN_WRONG = declare(
    "request.join_wrong",
    Kind.INVALID,
    "A request is joined to another one of its region whose order lives.",
    "只能并入同一运营部中另一张工单未结束的报修单。",
)
NOT_JOINED = declare(
    "request.not_joined", Kind.CONFLICT, "The request shares its order with no other.", "该报修单未与其他报修单合并。"
)
ORDER_BEGUN = declare(
    "request.order_begun",
    Kind.CONFLICT,
    "Somebody is already on the request's own order; it cannot be given up by joining.",
    "该报修单的工单已在处理，不能合并。",
)
FORM_UNKNOWN = declare(
    "request.form_unknown",
    Kind.NOT_FOUND,
    "There is no such web form, or it is closed.",
    "该网上报修入口不存在或已关闭。",
)
CONTACT_MISSING = declare(
    "request.contact_missing",
    Kind.INVALID,
    "Leave a telephone number or an e-mail address, so that somebody can answer.",
    "请留下电话或电子邮箱，以便与您联系。",
)
