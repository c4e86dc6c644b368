"""The sheets and columns of a checklist as XLSForm: which are the standard's, and which say what it has no column for.

The standard: xlsform.org. Its columns mean here what they mean there; those that begin with `fb_` are ours, and other programs
leave them alone.
"""

from collections.abc import Mapping

from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import Step

ZH, EN = "中文 (zh)", "English (en)"
LANGUAGES: Mapping[str, str] = {"zh-CN": ZH, "en": EN}
TYPES: Mapping[AnswerType, str] = {
    AnswerType.YES_NO: "select_one yes_no",
    AnswerType.PASS_FAIL: "select_one pass_fail",
    AnswerType.SINGLE_CHOICE: "select_one",
    AnswerType.MULTIPLE_CHOICE: "select_multiple",
    AnswerType.NUMBER: "decimal",
    AnswerType.METER_READING: "decimal",
    AnswerType.TEXT: "text",
    AnswerType.DATE_TIME: "dateTime",
    AnswerType.PHOTO: "image",
    AnswerType.BARCODE: "barcode",
    AnswerType.GEO_POINT: "geopoint",
    AnswerType.SIGNATURE: "image",
    AnswerType.NOTE: "note",
}
SIGNATURE = "signature"
"""The appearance of the image that is a signature."""
METER = "meter_reading"
"""What `fb_type` says of a number that is read off a meter."""
GROUP = "step_"
STEP_LABELS: Mapping[Step, tuple[str, str]] = dict(
    zip(
        Step,
        (
            ("一、身份确认", "1. Identity"),
            ("二、环境检查", "2. Environment"),
            ("三、工具准备", "3. Tools"),
            ("四、作业执行", "4. Execution"),
            ("五、签字确认", "5. Sign-off"),
        ),
        strict=True,
    )
)
SCALARS = (
    "expects",
    "critical",
    "policy",
    "unit",
    "minimum",
    "warn_minimum",
    "warn_maximum",
    "maximum",
    "photos_min",
    "photos_max",
)
"""Members of an item that stand in a column of ours as they are."""
STRUCTURES = ("evidence", "follow_up", "pictures", "visible_when", "required_when")
"""Members that stand in a column of ours as JSON."""
SURVEY = (
    "type",
    "name",
    *(f"label::{language}" for language in (ZH, EN)),
    *(f"hint::{language}" for language in (ZH, EN)),
    "required",
    "relevant",
    "constraint",
    "appearance",
    "fb_type",
    *(f"fb_{name}" for name in (*SCALARS, *STRUCTURES)),
)
CHOICES = ("list_name", "name", f"label::{ZH}", f"label::{EN}", "fb_fails", "fb_value")
SETTINGS = ("form_title", "form_id", "version", "default_language", "fb_title_en", "fb_digest")
SHARED: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "yes_no": (("yes", "是", "Yes"), ("no", "否", "No")),
    "pass_fail": (("pass", "合格", "Pass"), ("fail", "不合格", "Fail")),
}
"""The lists of choices that every form has: name, and label in Chinese and English."""
