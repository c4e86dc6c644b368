"""What may be refused about zoning proposals."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "zoning.unknown", Kind.NOT_FOUND, "There is no such proposal in your scope.", "在您的权限范围内没有该划片方案。"
)
ID_TAKEN = declare("zoning.id_taken", Kind.CONFLICT, "This id is another proposal's.", "该编号已被其他方案使用。")
NO_ZONES = declare("zoning.no_zones", Kind.CONFLICT, "The station has no zones to split.", "该服务站没有可划分的片区。")
GROUPS_IMPOSSIBLE = declare(
    "zoning.groups_impossible",
    Kind.INVALID,
    "The zones cannot be split into this many groups of the right size.",
    "无法将片区划分为该数量且规模合规的维护组。",
)
ZONE_UNKNOWN = declare(
    "zoning.zone_unknown", Kind.INVALID, "There is no such zone in the proposal.", "方案中没有该片区。"
)
GROUP_UNKNOWN = declare(
    "zoning.group_unknown", Kind.INVALID, "There is no group of this code in the proposal.", "方案中没有该维护组。"
)
PERSON_UNKNOWN = declare(
    "zoning.person_unknown", Kind.INVALID, "This person is not among the proposal's.", "方案中没有该人员。"
)
NOT_A_DRAFT = declare(
    "zoning.not_a_draft",
    Kind.CONFLICT,
    "This proposal was applied, undone or discarded; make a new one.",
    "该方案已应用、撤销或作废，请重新生成。",
)
NOT_APPLIED = declare(
    "zoning.not_applied", Kind.CONFLICT, "Only what was applied can be undone.", "只有已应用的方案才能撤销。"
)
CHANGED = declare(
    "zoning.changed",
    Kind.CONFLICT,
    "The station changed since; make a new proposal.",
    "该服务站此后已有变动，请重新生成方案。",
)
CHANGED_SINCE = declare(
    "zoning.changed_since",
    Kind.CONFLICT,
    "The station changed since the proposal was applied; it cannot be undone as one.",
    "方案应用后服务站又有变动，无法整体撤销。",
)
