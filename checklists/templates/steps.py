"""The five steps and the items inside them: their form, and what is wrong with one that does not fit."""

from dataclasses import dataclass
from enum import StrEnum


class VersionStatus(StrEnum):
    """The life of a template version under change control."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


class Step(StrEnum):
    """The five steps, in their order."""

    IDENTITY = "identity"
    ENVIRONMENT = "environment"
    TOOLS = "tools"
    EXECUTION = "execution"
    SIGN_OFF = "sign_off"


class AnswerType(StrEnum):
    """What kind of answer an item takes."""

    YES_NO = "yes_no"
    PASS_FAIL = "pass_fail"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMBER = "number"
    TEXT = "text"
    DATE_TIME = "date_time"
    PHOTO = "photo"
    BARCODE = "barcode"
    GEO_POINT = "geo_point"
    SIGNATURE = "signature"


class ConflictPolicy(StrEnum):
    """Who wins when several people answered an item without knowing of each other."""

    LATEST = "latest"
    ASSIGNEE_WINS = "assignee_wins"
    WORST_WINS = "worst_wins"
    KEEP_BOTH = "keep_both"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to check. `key` is unique within the version; bounds are in `unit`."""

    key: str
    step: Step
    type: AnswerType
    label: dict[str, str]
    required: bool = True
    critical: bool = False
    choices: tuple[str, ...] = ()
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    photos_min: int = 0
    policy: ConflictPolicy = ConflictPolicy.LATEST
