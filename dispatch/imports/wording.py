"""What may be wrong with a line of an import, in words for people, in English and Chinese."""

from collections.abc import Mapping
from types import MappingProxyType

from dispatch.requests.mapping import Reason
from kernel.errors import CATALOGUE

REASONS: Mapping[str, tuple[str, str]] = {
    Reason.MISSING_REFERENCE: ("The reference is missing.", "缺少编号。"),
    Reason.LONG_REFERENCE: ("The reference is too long, or not one line.", "编号过长或不在同一行。"),
    Reason.MISSING_DATE: ("The time it was opened is missing.", "缺少受理时间。"),
    Reason.BAD_DATE: ("This is no time that the formats know.", "时间格式无法识别。"),
    Reason.CLOSED_BEFORE_OPENED: ("It was closed before it was opened.", "完成时间早于受理时间。"),
    Reason.UNKNOWN_STATUS: ("This state is not known; say what it means.", "状态无法识别，请指定其含义。"),
    Reason.MASKED_PHONE: (
        "The telephone number is only its end, as lists and files show it.",
        "联系电话只有尾号（列表和导出文件中的显示方式），不是完整号码。",
    ),
    Reason.BAD_POSITION: ("This is no position.", "坐标无效。"),
    Reason.REFERENCE_USED: ("The reference is used for something else.", "该编号已被使用。"),
    Reason.UNKNOWN_CUSTOMER: ("There is no such customer, or not at this address.", "没有该客户，或其地址不符。"),
    Reason.NO_POSITION: ("There is neither a position nor a zone that is known.", "既无坐标，也无已知片区。"),
    Reason.UNKNOWN_ZONE: ("There is no such zone, or several have that name.", "没有该片区，或有多个同名片区。"),
    Reason.OUTSIDE_EVERY_ZONE: ("Its position is in no zone.", "坐标不在任何片区内。"),
    Reason.IN_TWO_ZONES: ("Its position is in more than one zone.", "坐标位于多个片区内。"),
}

ENTRIES = MappingProxyType(CATALOGUE)
"""Every code with its words. A view of them, so that whoever only says what is wrong is not taken for raising all of it."""


def message(code: str | None, language: str) -> str | None:
    """Say a code in words, in `en` or `zh-CN`; None for none, and for one that has no words."""
    if code is None:
        return None
    entry = ENTRIES.get(code)
    words = REASONS.get(code) if entry is None else (entry.title, entry.title_zh)
    return None if words is None else words[language == "zh-CN"]
