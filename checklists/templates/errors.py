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
