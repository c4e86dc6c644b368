"""What may be refused about inspection reviews."""

from kernel.errors import Kind, declare

PLAN_UNKNOWN = declare(
    "review.plan_unknown",
    Kind.NOT_FOUND,
    "There is no such sampling plan in your scope.",
    "在您的权限范围内没有该抽检计划。",
)
PLAN_EXISTS = declare(
    "review.plan_exists",
    Kind.CONFLICT,
    "The region has a sampling plan for this month already.",
    "该区域该月份的抽检计划已存在。",
)
MONTH_WRONG = declare("review.month_wrong", Kind.INVALID, "A month is written like 2026-10.", "月份格式应为 2026-10。")
MONTH_NOT_OVER = declare(
    "review.month_not_over",
    Kind.CONFLICT,
    "The month is not over: what is finished later could never be drawn.",
    "该月份尚未结束：之后完工的工单将无法被抽到。",
)
NOTHING_FINISHED = declare(
    "review.nothing_finished",
    Kind.CONFLICT,
    "No work with a checklist was finished, or all of it is under review.",
    "没有带检查清单的已完工工单，或均在抽检中。",
)
FRAME_CHANGED = declare(
    "review.frame_changed",
    Kind.CONFLICT,
    "The stored frame no longer has the digest it was stored with; nothing is drawn from it.",
    "已存的抽样框与其摘要不符，不能据此抽样。",
)
NOTHING_CHOSEN = declare(
    "review.nothing_chosen",
    Kind.INVALID,
    "Name either one order or one technician.",
    "请指定一个工单或一名维护人员，二者选一。",
)
NOT_FINISHED = declare(
    "review.not_finished",
    Kind.CONFLICT,
    "The order is not finished, has no checklist, or nobody did it.",
    "该工单未完工、没有检查清单或无执行人。",
)
UNDER_REVIEW = declare("review.under_review", Kind.CONFLICT, "The order is under review already.", "该工单已在抽检中。")
UNKNOWN = declare(
    "review.unknown", Kind.NOT_FOUND, "There is no such review in your scope.", "在您的权限范围内没有该抽检。"
)
OWN_GROUP = declare(
    "review.own_group",
    Kind.FORBIDDEN,
    "Nobody reviews the work of their own group.",
    "不得抽检本人所在维护组的工作。",
)
HAS_A_PART = declare(
    "review.has_a_part",
    Kind.CONFLICT,
    "You have the other part of this double review; the two are by different people.",
    "您已承担该双评的另一份评审，两份须由不同人员完成。",
)
TAKEN = declare("review.taken", Kind.CONFLICT, "Somebody else has it, or it is done.", "已被他人领取或已完成。")
NOT_YOURS = declare(
    "review.not_yours",
    Kind.CONFLICT,
    "You have not claimed it, or your time for it ran out.",
    "您未领取该抽检，或领取已过期。",
)
ASSESSOR_UNKNOWN = declare(
    "review.assessor_unknown",
    Kind.INVALID,
    "There is no such active assessor of this place.",
    "该处没有此在用的第三方评估人员。",
)
ITEM_UNKNOWN = declare(
    "review.item_unknown", Kind.INVALID, "The checklist has no such item to score.", "检查清单中没有可评分的此项。"
)
ITEM_MISSING = declare("review.item_missing", Kind.INVALID, "Every item is scored.", "每一项都必须评分。")
POINTS_WRONG = declare(
    "review.points_wrong",
    Kind.INVALID,
    "Points are whole numbers from 0 to the item's maximum.",
    "分值应为 0 至该项满分的整数。",
)
MEDIA_UNKNOWN = declare(
    "review.media_unknown", Kind.INVALID, "The order has no photo with this SHA-256.", "该工单没有此 SHA-256 的照片。"
)
NOT_DECIDED = declare("review.not_decided", Kind.CONFLICT, "There is no verdict yet.", "尚无评审结论。")
NOT_APPEALABLE = declare(
    "review.not_appealable",
    Kind.CONFLICT,
    "Only a verdict other than pass can be appealed, once.",
    "仅可对未通过的结论申诉一次。",
)
APPEAL_TOO_LATE = declare(
    "review.appeal_too_late", Kind.CONFLICT, "The time for an appeal is over.", "已超过申诉期限。"
)
NOT_THE_TECHNICIAN = declare(
    "review.not_the_technician",
    Kind.FORBIDDEN,
    "Only whose work it was can appeal.",
    "仅作业人员本人可申诉。",
)
NO_APPEAL = declare("review.no_appeal", Kind.CONFLICT, "No appeal is open.", "没有待处理的申诉。")
OWN_VERDICT = declare(
    "review.own_verdict",
    Kind.FORBIDDEN,
    "Who reviewed does not decide on the appeal.",
    "评审人不得裁定针对本人评审的申诉。",
)
