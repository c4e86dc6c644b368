"""The five steps and the items inside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


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


BEFORE_WORK = frozenset({Step.IDENTITY, Step.ENVIRONMENT, Step.TOOLS})
"""The steps that must be passed before the work itself starts."""


class AnswerType(StrEnum):
    """What kind of answer an item takes."""

    YES_NO = "yes_no"
    PASS_FAIL = "pass_fail"  # noqa: S105
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
class Choice:
    """One of the answers to choose from. `fails` tells that choosing it means the check was not passed."""

    value: str
    label: Mapping[str, str]
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to check.

    `key` is unique within the version. `minimum` and `maximum` are in `unit`. `expects` is the answer that passes a yes-no item
    (None: either does). `choices` are listed from best to worst. Labels and help are by locale; zh-CN is always there.
    """

    key: str
    step: Step
    type: AnswerType
    label: Mapping[str, str]
    help: Mapping[str, str] = field(default_factory=dict)
    required: bool = True
    critical: bool = False
    choices: tuple[Choice, ...] = ()
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    expects: bool | None = True
    photos_min: int = 1
    photos_max: int = 10
    policy: ConflictPolicy = ConflictPolicy.LATEST


@dataclass(frozen=True, slots=True)
class Checklist:
    """All items of a template version, in the order in which they are worked through.

    `by_key` leaves out signature items: those are answered by signing off, never by an answer. `needs_signature` tells whether
    one of them is required.
    """

    items: tuple[Item, ...]
    by_key: Mapping[str, Item]
    needs_signature: bool

    @classmethod
    def of(cls, items: Iterable[Item]) -> Self:
        """Gather items that were checked already."""
        held = tuple(items)
        return cls(
            held,
            {item.key: item for item in held if item.type is not AnswerType.SIGNATURE},
            any(item.type is AnswerType.SIGNATURE and item.required for item in held),
        )
