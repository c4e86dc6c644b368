"""The five steps and the items inside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from checklists.templates.answer_types import UNANSWERED, AnswerType
from checklists.templates.conditions import Condition


class VersionStatus(StrEnum):
    """The life of a template version under change control."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


class VersionEvent(StrEnum):
    """What may be done to a version, or said about it."""

    CREATED = "created"
    EDITED = "edited"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    COMMENTED = "commented"
    PUBLISHED = "published"
    TRIED = "tried"
    ROLLED_OUT = "rolled_out"
    REVIEWED = "reviewed"
    REMINDED = "reminded"
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


class ConflictPolicy(StrEnum):
    """Who wins when several people answered an item without knowing of each other."""

    LATEST = "latest"
    ASSIGNEE_WINS = "assignee_wins"
    WORST_WINS = "worst_wins"
    KEEP_BOTH = "keep_both"
    MANUAL = "manual"


class EvidenceWhen(StrEnum):
    """When an answer must come with photos."""

    ALWAYS = "always"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """How many photos an answer must come with, and whether always or only when it fails."""

    photos: int
    when: EvidenceWhen = EvidenceWhen.ALWAYS


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The kind of order that is raised when an item fails, with what priority (None: that of the order itself)."""

    work_type: str
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from. `fails` tells that choosing it means the check was not passed."""

    value: str
    label: Mapping[str, str]
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to check.

    `key` is unique within the version. `minimum` and `maximum` are in `unit`; a number beyond `warn_minimum` or `warn_maximum`
    passes with a warning; one beyond `lowest` or `highest` cannot be, and is no answer. `expects` is the answer that passes a
    yes-no item (None: either does). `choices` are listed from best to worst. Labels and help are by locale; zh-CN is always
    there. `pictures` are the SHA-256 digests of reference pictures. `visible_when` and `required_when` are conditions (see
    `conditions.py`); an item that is not shown is never asked for.
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
    lowest: float | None = None
    highest: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    warn_minimum: float | None = None
    warn_maximum: float | None = None
    expects: bool | None = True
    photos_min: int = 1
    photos_max: int = 10
    policy: ConflictPolicy = ConflictPolicy.LATEST
    pictures: tuple[str, ...] = ()
    visible_when: Condition | None = None
    required_when: Condition | None = None
    evidence: EvidenceRule | None = None
    follow_up: FollowUp | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """All items of a template version, in the order in which they are worked through.

    `by_key` leaves out items that no answer is given to (UNANSWERED). `needs_signature` tells whether
    one of them is required, `is_conditional` whether any item is shown or required only on a condition.
    """

    items: tuple[Item, ...]
    by_key: Mapping[str, Item]
    needs_signature: bool
    is_conditional: bool = False

    @classmethod
    def of(cls, items: Iterable[Item]) -> Self:
        """Gather items that were checked already."""
        held = tuple(items)
        return cls(
            held,
            {item.key: item for item in held if item.type not in UNANSWERED},
            any(item.type is AnswerType.SIGNATURE and item.required for item in held),
            any(item.visible_when is not None or item.required_when is not None for item in held),
        )
