"""What may be refused about technicians and their skills."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "people.unknown", Kind.NOT_FOUND, "There is no such technician in your scope.", "在您的权限范围内没有该维护人员。"
)
PERSON_UNKNOWN = declare(
    "people.person_unknown",
    Kind.INVALID,
    "There is no active person of this region with this id.",
    "该运营部没有此编号的在用人员。",
)
ALREADY_HIRED = declare(
    "people.already_hired", Kind.CONFLICT, "This person is a technician already.", "该人员已是维护人员。"
)
LEFT = declare("people.left", Kind.CONFLICT, "This technician has left.", "该维护人员已离岗。")
GROUP_RETIRED = declare("people.group_retired", Kind.CONFLICT, "This maintenance group is retired.", "该维护组已停用。")
SKILL_UNKNOWN = declare(
    "people.skill_unknown", Kind.INVALID, "This skill is not defined in the region.", "该运营部未定义此技能。"
)
LEVEL_WRONG = declare("people.level_wrong", Kind.INVALID, "A skill has a level from 1 to 5.", "技能等级须为 1 至 5。")
STILL_IN_GROUP = declare(
    "people.still_in_group",
    Kind.CONFLICT,
    "There are still technicians in this maintenance group; move them first.",
    "该维护组仍有维护人员，请先调离。",
)
