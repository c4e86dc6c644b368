"""What a service report shows: everything of a visit, as frozen values that are ready to be printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from uuid import UUID

from checklists.templates.steps import Step

Texts = Mapping[str, str]
"""A text by locale; zh-CN is always there."""
LOCALES = ("zh-CN", "en")


class Mark(StrEnum):
    """What stands beside an answer."""

    PASSED = "passed"
    FAILED = "failed"
    WARNED = "warned"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Line:
    """An item with the answer in force as a person reads it, its mark, and the note that came with it."""

    label: str
    answer: str
    mark: Mark
    note: str | None = None


@dataclass(frozen=True, slots=True)
class StepPart:
    """One of the five steps; `passed` tells that all that was required is there and no safety item failed.

    `done_at` is when its last answer was given.
    """

    step: Step
    passed: bool
    lines: tuple[Line, ...]
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A service clock: by when it was due (None: nothing was promised), and whether that was kept (None: not known yet)."""

    clock: str
    due_at: datetime | None
    kept: bool | None


@dataclass(frozen=True, slots=True)
class PartUsed:
    """Something that was built in."""

    name: str
    quantity: str
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class FeeLine:
    """What is charged: the amounts are decimal texts in `currency` (ISO 4217)."""

    name: str
    quantity: str
    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo by the SHA-256 of its bytes, with what it shows."""

    digest: str
    caption: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The customer's word: who signed or why nobody did, when, for which revision, and the digest of what was seen."""

    revision: int
    digest: str
    at: datetime
    signer_name: str | None
    refused_reason: str | None
    witness: str | None
    signature_digest: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language. Times are aware and shown in `timezone`; `code` is what its genuineness is checked by."""

    work_order_id: UUID
    number: str
    title: str
    work_type: str
    status: str
    customer: str
    address: str
    station: str
    technician: str
    badge: str
    template: str
    times: tuple[tuple[str, datetime], ...]
    promises: tuple[Promise, ...]
    steps: tuple[StepPart, ...]
    parts: tuple[PartUsed, ...]
    fees: tuple[FeeLine, ...]
    total: str
    photos: tuple[Photo, ...]
    signed: Signed | None
    revision: int
    digest: str
    code: str
    check_at: str
    made_at: datetime
    timezone: tzinfo
    locale: str
