"""The kinds of answers that items take."""

from enum import StrEnum


class AnswerType(StrEnum):
    """What kind of answer an item takes."""

    YES_NO = "yes_no"
    PASS_FAIL = "pass_fail"  # noqa: S105 - a type of answers, no secret
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMBER = "number"
    METER_READING = "meter_reading"
    TEXT = "text"
    DATE_TIME = "date_time"
    PHOTO = "photo"
    BARCODE = "barcode"
    GEO_POINT = "geo_point"
    SIGNATURE = "signature"
    NOTE = "note"


NUMBERS = frozenset({AnswerType.NUMBER, AnswerType.METER_READING})
UNANSWERED = frozenset({AnswerType.SIGNATURE, AnswerType.NOTE})
"""Items that no answer is given to: the signature comes by signing off, and a note is only read."""
