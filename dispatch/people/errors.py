"""What may be refused about technicians: their skills, mentors, rosters and absences."""

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
IN_THE_PAST = declare("people.in_the_past", Kind.INVALID, "This lies in the past already.", "该时间已过去。")
IN_THE_FUTURE = declare("people.in_the_future", Kind.INVALID, "This day is still to come.", "该日期尚未到来。")
RULES_WRONG = declare(
    "people.rules_wrong", Kind.INVALID, "These rules about people are out of bounds.", "人员规则超出允许范围。"
)
SPAN_WRONG = declare(
    "people.span_wrong",
    Kind.INVALID,
    "It must end after it begins, and not be too long.",
    "结束须晚于开始，且不得过长。",
)
PLACE_WRONG = declare(
    "people.place_wrong", Kind.INVALID, "Name either a station or one of its groups.", "请指定服务站或其维护组之一。"
)
CLOCK_WRONG = declare(
    "people.clock_wrong", Kind.INVALID, "A time of day is written like 08:30.", "时刻须写作 08:30 的形式。"
)
SHIFT_TYPE_UNKNOWN = declare(
    "people.shift_type_unknown", Kind.NOT_FOUND, "There is no such shift in your scope.", "在您的权限范围内没有该班次。"
)
SHIFT_TYPE_WRONG = declare(
    "people.shift_type_wrong", Kind.INVALID, "This place has no shift of this code.", "该单位没有此编码的班次。"
)
ROSTER_CODE_TAKEN = declare(
    "people.roster_code_taken", Kind.CONFLICT, "This code is already used at this place.", "该单位已使用此编码。"
)
ROTATION_UNKNOWN = declare(
    "people.rotation_unknown",
    Kind.NOT_FOUND,
    "There is no such rotation in your scope.",
    "在您的权限范围内没有该轮班。",
)
ROTATION_WRONG = declare("people.rotation_wrong", Kind.INVALID, "This rotation cannot be used.", "该轮班无法使用。")
ROSTER_TAKEN = declare(
    "people.roster_taken",
    Kind.CONFLICT,
    "The roster of some of these days is published already; say that it shall be replaced.",
    "其中部分日期的排班已发布，如需覆盖请明确说明。",
)
NO_ROSTER = declare(
    "people.no_roster",
    Kind.CONFLICT,
    "No roster is published for this day; publish one.",
    "该日尚未发布排班，请先发布。",
)
SHIFT_UNKNOWN = declare(
    "people.shift_unknown",
    Kind.NOT_FOUND,
    "There is no such shift on a roster in your scope.",
    "在您的权限范围内没有该排班。",
)
SHIFT_OVERLAPS = declare(
    "people.shift_overlaps", Kind.CONFLICT, "This person has another shift at that time.", "该人员此时段已有其他班次。"
)
SHIFT_OVER = declare(
    "people.shift_over", Kind.CONFLICT, "This shift has begun or was changed meanwhile.", "该班次已开始或已被更改。"
)
NOT_PLANNABLE = declare(
    "people.not_plannable",
    Kind.INVALID,
    "This person is no working technician in your scope.",
    "该人员不是您权限范围内的在岗维护人员。",
)
SWAP_UNKNOWN = declare(
    "people.swap_unknown", Kind.NOT_FOUND, "There is no such swap in your scope.", "在您的权限范围内没有该换班申请。"
)
SWAP_WRONG = declare(
    "people.swap_wrong",
    Kind.INVALID,
    "Two different people of one roster swap two shifts that are still to come.",
    "换班须为同一排班中两名不同人员尚未开始的班次。",
)
SWAP_DECIDED = declare(
    "people.swap_decided", Kind.CONFLICT, "This swap has been decided already.", "该换班申请已有结果。"
)
ABSENCE_UNKNOWN = declare(
    "people.absence_unknown",
    Kind.NOT_FOUND,
    "There is no such absence in your scope.",
    "在您的权限范围内没有该请假记录。",
)
ABSENCE_OVERLAPS = declare(
    "people.absence_overlaps", Kind.CONFLICT, "This person is away then already.", "该人员此时段已有请假。"
)
ABSENCE_DECIDED = declare(
    "people.absence_decided",
    Kind.CONFLICT,
    "This is not possible any more, as the absence stands.",
    "该请假的当前状态不允许此操作。",
)
OWN_ABSENCE = declare(
    "people.own_absence", Kind.FORBIDDEN, "Nobody decides on their own absence.", "不得审批本人的请假。"
)
SCORE_WRONG = declare("people.score_wrong", Kind.INVALID, "A score is from 0 to 100.", "成绩须为 0 至 100。")
NOT_BARRED = declare(
    "people.not_barred", Kind.CONFLICT, "No retraining is asked of this technician.", "该维护人员无需再培训。"
)
MENTOR_WRONG = declare(
    "people.mentor_wrong", Kind.INVALID, "These two cannot be mentor and mentee.", "这两人不能结为师徒。"
)
MENTOR_BUSY = declare(
    "people.mentor_busy",
    Kind.CONFLICT,
    "The mentor has as many mentees as the rules allow.",
    "该师傅的带教人数已达上限。",
)
MENTEE_TAKEN = declare(
    "people.mentee_taken", Kind.CONFLICT, "This person has a mentor in that time already.", "该人员此时段已有师傅。"
)
MENTORSHIP_UNKNOWN = declare(
    "people.mentorship_unknown",
    Kind.NOT_FOUND,
    "There is no such pair in your scope.",
    "在您的权限范围内没有该师徒关系。",
)
MENTORSHIP_OVER = declare("people.mentorship_over", Kind.CONFLICT, "This pair has ended already.", "该师徒关系已结束。")
LINE_WRONG = declare("people.line_wrong", Kind.INVALID, "This line cannot be read.", "该行无法读取。")
COLUMNS_MISSING = declare(
    "people.columns_missing", Kind.INVALID, "The table lacks columns that are needed.", "表格缺少必需的列。"
)
TOO_MANY_LINES = declare(
    "people.too_many_lines", Kind.INVALID, "The table has too many lines; split it.", "表格行数过多，请拆分。"
)
STILL_IN_GROUP = declare(
    "people.still_in_group",
    Kind.CONFLICT,
    "There are still technicians in this maintenance group; move them first.",
    "该维护组仍有维护人员，请先调离。",
)
