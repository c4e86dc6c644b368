"""What may be refused about checklist templates."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "template.unknown",
    Kind.NOT_FOUND,
    "There is no such checklist template in your region.",
    "您所在的区域内没有该检查清单模板。",
)
INVALID = declare("template.invalid", Kind.INVALID, "The template has mistakes.", "检查清单模板存在错误。")
CODE_TAKEN = declare(
    "template.code_taken",
    Kind.CONFLICT,
    "The region has a template with this code already.",
    "该区域已有使用此代码的模板。",
)
SAME_PERSON = declare(
    "template.same_person",
    Kind.FORBIDDEN,
    "A version is published by somebody else than its author.",
    "模板版本须由编写者以外的人员发布。",
)
NOT_A_DRAFT = declare(
    "template.not_a_draft",
    Kind.CONFLICT,
    "The version was published before, and never changes.",
    "该版本已发布过，不可再更改。",
)
NOT_PUBLISHED = declare(
    "template.not_published", Kind.CONFLICT, "Only a published version can be retired.", "只有已发布的版本才能停用。"
)
NOT_IN_REVIEW = declare(
    "template.not_in_review",
    Kind.CONFLICT,
    "The version is a draft: hand it in for review first.",
    "该版本仍是草稿，请先提交审核。",
)
CHANGE_PENDING = declare(
    "template.change_pending",
    Kind.CONFLICT,
    "Another version is being tried, or waits for its day; settle that one first.",
    "另有版本正在试点或等待生效，请先处理该版本。",
)
ON_TRIAL = declare(
    "template.on_trial",
    Kind.CONFLICT,
    "The version is being tried in pilot zones; roll the trial out or give it up.",
    "该版本正在试点片区试行，请先推广或终止试点。",
)
IN_THE_PAST = declare(
    "template.in_the_past",
    Kind.INVALID,
    "A version comes into force now or later, never in the past.",
    "版本只能从现在或将来生效，不能从过去生效。",
)
TRIAL_UNFIT = declare(
    "template.trial_unfit",
    Kind.INVALID,
    "Only a published version that is not in force everywhere yet can be tried.",
    "只有已发布且尚未全面生效的版本才能试点。",
)
IMPORT_UNFIT = declare(
    "template.import_unfit",
    Kind.INVALID,
    "The file cannot be taken in as a checklist; nothing was kept.",
    "该文件无法导入为检查清单，未保存任何内容。",
)
PICTURE_UNKNOWN = declare(
    "template.picture_unknown",
    Kind.NOT_FOUND,
    "There is no such reference picture in your region.",
    "您所在的区域内没有该参考图片。",
)
PICTURE_MISSING = declare(
    "template.picture_missing",
    Kind.INVALID,
    "A reference picture was not handed in yet.",
    "参考图片尚未上传。",
)
