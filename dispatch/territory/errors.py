"""What may be refused about the territory."""

from kernel.errors import Kind, declare

REGION_UNKNOWN = declare(
    "territory.region_unknown",
    Kind.NOT_FOUND,
    "There is no such region in your scope.",
    "在您的权限范围内没有该运营部。",
)
STATION_UNKNOWN = declare(
    "territory.station_unknown",
    Kind.NOT_FOUND,
    "There is no such service station in your scope.",
    "在您的权限范围内没有该服务站。",
)
GROUP_UNKNOWN = declare(
    "territory.group_unknown",
    Kind.NOT_FOUND,
    "There is no such maintenance group in your scope.",
    "在您的权限范围内没有该维护组。",
)
ZONE_UNKNOWN = declare(
    "territory.zone_unknown", Kind.NOT_FOUND, "There is no such zone in your scope.", "在您的权限范围内没有该片区。"
)
CODE_TAKEN = declare(
    "territory.code_taken", Kind.CONFLICT, "This code is already used for another place.", "该编码已被其他地点使用。"
)
TIMEZONE_UNKNOWN = declare("territory.timezone_unknown", Kind.INVALID, "There is no such time zone.", "没有该时区。")
SUBSCRIBERS_NEGATIVE = declare(
    "territory.subscribers_negative",
    Kind.INVALID,
    "A zone has no subscribers or some, in whole numbers.",
    "用户数不能为负。",
)
BOUNDARY_TYPE = declare(
    "territory.boundary_type",
    Kind.INVALID,
    "A boundary is a GeoJSON Polygon or MultiPolygon.",
    "边界必须是 GeoJSON Polygon 或 MultiPolygon。",
)
BOUNDARY_POSITION = declare(
    "territory.boundary_position",
    Kind.INVALID,
    "A position is a longitude from -180 to 180, then a latitude from -90 to 90.",
    "坐标须为经度（-180 至 180）在前、纬度（-90 至 90）在后。",
)
BOUNDARY_RING = declare(
    "territory.boundary_ring",
    Kind.INVALID,
    "A ring has at least four positions, and its last is its first.",
    "环至少包含四个坐标，且首尾相同。",
)
BOUNDARY_CROSSES = declare(
    "territory.boundary_crosses",
    Kind.INVALID,
    "The boundary crosses itself, and cannot be repaired without changing its area.",
    "边界自相交，且无法在不改变面积的情况下修复。",
)
BOUNDARY_LARGE = declare(
    "territory.boundary_large",
    Kind.INVALID,
    "A boundary has at most 100,000 positions; simplify it first.",
    "边界最多包含 100000 个坐标，请先简化。",
)
BOUNDARY_TINY = declare(
    "territory.boundary_tiny",
    Kind.INVALID,
    "A boundary encloses at least one square metre.",
    "边界所围面积至少为一平方米。",
)
BOUNDARY_ANTIMERIDIAN = declare(
    "territory.boundary_antimeridian",
    Kind.INVALID,
    "A part of a boundary is wider than half the Earth; cut it in two at the 180th meridian.",
    "边界的一部分宽度超过半个地球；跨 180 度经线的边界须分为两部分。",
)
PERSON_UNKNOWN = declare(
    "territory.person_unknown",
    Kind.INVALID,
    "There is no such active person in the region.",
    "该运营部没有此在职人员。",
)
DUTY_TAKEN = declare(
    "territory.duty_taken",
    Kind.CONFLICT,
    "Somebody answers for this place from that moment or a later one.",
    "该时刻或之后已有人负责该地点。",
)
PILOT_UNKNOWN = declare(
    "territory.pilot_unknown", Kind.NOT_FOUND, "There is no such trial in your scope.", "在您的权限范围内没有该试点。"
)
PILOT_ZONE_UNKNOWN = declare(
    "territory.pilot_zone_unknown",
    Kind.INVALID,
    "A trial needs zones of its region that are at work.",
    "试点需要本运营部在用的片区。",
)
PILOT_RUNNING = declare("territory.pilot_running", Kind.CONFLICT, "This is being tried already.", "该对象已在试点中。")
PILOT_OVER = declare("territory.pilot_over", Kind.CONFLICT, "This trial has ended.", "该试点已结束。")
PILOT_IN_THE_PAST = declare(
    "territory.pilot_in_the_past", Kind.INVALID, "A trial does not reach back.", "试点不能追溯生效。"
)
NOT_EMPTY = declare(
    "territory.not_empty",
    Kind.CONFLICT,
    "There are still places inside; retire or move them first.",
    "其下仍有未停用的地点，请先停用或移出。",
)
NO_COLLECTION = declare(
    "territory.no_collection",
    Kind.INVALID,
    "This is no GeoJSON FeatureCollection in WGS 84.",
    "不是 WGS 84 坐标的 GeoJSON FeatureCollection。",
)
FEATURE_WRONG = declare(
    "territory.feature_wrong", Kind.INVALID, "This feature does not describe a zone.", "该要素不能作为片区。"
)
DECISION_UNKNOWN = declare(
    "territory.decision_unknown",
    Kind.NOT_FOUND,
    "There is no such decision about a zone in your scope.",
    "在您的权限范围内没有该片区判定。",
)
DECISION_NOWHERE = declare(
    "territory.decision_nowhere",
    Kind.INVALID,
    "A decision is about a position or an address, and there is neither.",
    "片区判定须针对坐标或地址，二者均未提供。",
)
RETIRED = declare(
    "territory.retired", Kind.CONFLICT, "This place is retired; nothing begins there any more.", "该地点已停用。"
)
OTHER_REGION = declare(
    "territory.other_region", Kind.INVALID, "Places move within their region only.", "只能在同一运营部内移动。"
)
ZONE_TWICE = declare(
    "territory.zone_twice",
    Kind.INVALID,
    "A zone belongs to one group: it is named twice.",
    "一个片区只能属于一个维护组：重复出现。",
)
SIZE_REASON_MISSING = declare(
    "territory.size_reason_missing",
    Kind.CONFLICT,
    "A group would hold fewer or more zones than it should; say why in size_reason.",
    "维护组的片区数将超出规定范围，请在 size_reason 中说明原因。",
)
BOUNDS_WRONG = declare(
    "territory.bounds_wrong",
    Kind.INVALID,
    "A group holds at least one zone, and at most no fewer than at least.",
    "片区数下限至少为 1，且上限不得小于下限。",
)
POLICY_IN_THE_PAST = declare(
    "territory.policy_in_the_past",
    Kind.INVALID,
    "This cannot begin in the past.",
    "不能从过去生效。",
)
OWN_DEPUTY = declare(
    "territory.own_deputy",
    Kind.CONFLICT,
    "Nobody is their own deputy.",
    "不能由本人代理本人。",
)
DUTY_GAP = declare(
    "territory.duty_gap",
    Kind.CONFLICT,
    "Nobody would have answered for this place meanwhile; begin earlier, or state the vacancy.",
    "期间将无人负责：请提前开始，或说明空缺原因。",
)
DUTY_UNKNOWN = declare(
    "territory.duty_unknown",
    Kind.NOT_FOUND,
    "There is no such appointment in your scope.",
    "在您的权限范围内没有该任命。",
)
DUTY_BEGUN = declare(
    "territory.duty_begun",
    Kind.CONFLICT,
    "This appointment has begun; it ends by a successor or a stated vacancy.",
    "该任命已生效：请任命继任者或说明空缺。",
)
VACANT = declare(
    "territory.vacant", Kind.CONFLICT, "Nobody answers for this place at that moment.", "该时刻无人负责该地点。"
)
