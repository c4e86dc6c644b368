"""What may be refused about consultations."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "consultation.unknown",
    Kind.NOT_FOUND,
    "There is no such consultation in your scope.",
    "在您的权限范围内没有该会诊。",
)
NOT_ALLOWED = declare(
    "consultation.not_allowed",
    Kind.FORBIDDEN,
    "This is for those who do the order, who dispatch it, or who were asked.",
    "仅工单执行人、调度人员或被咨询人可执行此操作。",
)
NOBODY_NAMED = declare(
    "consultation.nobody_named",
    Kind.INVALID,
    "Ask either one person or one skill.",
    "请指定一名人员或一项技能，二者选一。",
)
PERSON_UNKNOWN = declare(
    "consultation.person_unknown",
    Kind.INVALID,
    "There is no such other active person in the region.",
    "该区域没有此在用人员，或为您本人。",
)
SKILL_UNKNOWN = declare(
    "consultation.skill_unknown",
    Kind.INVALID,
    "Nobody else in the region holds this skill at this level.",
    "该区域没有其他人员具备此级别的该技能。",
)
OVER = declare("consultation.over", Kind.CONFLICT, "The consultation, or its order, is over.", "该会诊或其工单已结束。")
NO_ANSWER = declare(
    "consultation.no_answer",
    Kind.INVALID,
    "There is no such answer to accept.",
    "没有可采纳的该答复。",
)
ID_REUSED = declare(
    "consultation.id_reused", Kind.CONFLICT, "This id was used for something else.", "该编号已用于其他内容。"
)
