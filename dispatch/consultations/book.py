"""Questions and answers in memory, from one request or from hundreds of ops of phones, to be written together."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dispatch.consultations import errors
from dispatch.consultations.standing import UNDER_WAY, WITHIN, State, Urgency
from dispatch.work_orders.book import BookOrder
from kernel.errors import INVALID
from kernel.identifiers import parse_id

LONGEST_QUESTION, LONGEST_ANSWER, MOST_MEDIA = 2000, 4000, 20
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question to one person, or to whoever holds a skill at a level or above; `at` is the corrected time."""

    id: UUID
    order: BookOrder
    asked_by: UUID
    at: datetime
    question: str
    user_id: UUID | None = None
    skill: str | None = None
    min_level: int = 1
    urgency: Urgency = Urgency.NORMAL
    within: timedelta | None = None
    media: tuple[str, ...] = ()
    excerpt: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        """Raise Invalid (consultation.nobody_named, invalid), with the path, for a question that cannot be asked."""
        if (self.user_id is None) == (self.skill is None):
            raise errors.NOBODY_NAMED(path="/skill")
        check_text(self.question, LONGEST_QUESTION, "/question")
        if not 1 <= self.min_level <= 5:
            raise INVALID("a level is 1 to 5", path="/min_level")
        if self.within is not None and not SHORTEST <= self.within <= LONGEST:
            raise INVALID("an answer is waited for from a minute to a week", path="/within_minutes")

    @property
    def waits(self) -> timedelta:
        """How long the question waits for an answer before others are asked."""
        return self.within or WITHIN[self.urgency]

    @property
    def digest(self) -> bytes:
        """What tells whether a question that comes again under its id is the same."""
        said = [str(self.order.id), str(self.asked_by), self.question, str(self.user_id), self.skill, self.min_level]
        return hashlib.sha256(json.dumps([*said, self.urgency, list(self.media)]).encode()).digest()


@dataclass(frozen=True, slots=True)
class Answering:
    """An answer to a question; `at` is the corrected time."""

    id: UUID
    consultation_id: UUID
    user_id: UUID
    at: datetime
    text: str
    media: tuple[str, ...] = ()
    device_id: UUID | None = None

    def __post_init__(self) -> None:
        """Raise Invalid (invalid), with the path, for an answer without a text."""
        check_text(self.text, LONGEST_ANSWER, "/text")

    @property
    def digest(self) -> bytes:
        """What tells whether an answer that comes again under its id is the same."""
        said = [str(self.consultation_id), str(self.user_id), self.text, list(self.media)]
        return hashlib.sha256(json.dumps(said).encode()).digest()


@dataclass(slots=True)
class Known:
    """A consultation as the book has it: of which order, from whom, where it stands, and who was asked."""

    id: UUID
    region_id: UUID
    work_order_id: UUID
    asked_by: UUID
    state: State
    asked: frozenset[UUID]
    within_seconds: int = 0
    question: str = ""


@dataclass
class ConsultationBook:
    """The consultations that ops speak of, and what came in about them."""

    known: dict[UUID, Known] = field(default_factory=dict)
    askings: list[Asking] = field(default_factory=list)
    answers: list[Answering] = field(default_factory=list)

    def ask(self, asking: Asking) -> None:
        """Take a question."""
        self.askings.append(asking)

    def may_answer(self, consultation_id: UUID | None, order_id: UUID, user_id: UUID) -> bool:
        """Tell whether somebody was asked in a consultation of this order; whoever was not learns nothing about it."""
        known = None if consultation_id is None else self.known.get(consultation_id)
        return known is not None and known.work_order_id == order_id and user_id in known.asked

    def answer(self, answering: Answering) -> bool:
        """Take an answer; False when the consultation was over by then: it is kept all the same."""
        self.answers.append(answering)
        return self.known[answering.consultation_id].state in UNDER_WAY


def check_text(value: str, longest: int, path: str) -> None:
    """Raise Invalid (invalid), with its path, for a text that is empty, too long, or cannot be stored."""
    if not value.strip() or len(value) > longest or "\0" in value:
        raise INVALID(f"must be a text of at most {longest} characters", path=path)


def texts_of(value: object, most: int = MOST_MEDIA) -> tuple[str, ...]:
    """Return the references to media that a list holds."""
    items: Sequence[object] = value if isinstance(value, list | tuple) else ()
    return tuple(one[:200] for one in items if isinstance(one, str))[:most]


def read_asking(
    key: UUID,
    order: BookOrder,
    asked_by: UUID,
    at: datetime,
    data: Mapping[str, Any],
    media: tuple[str, ...],
    excerpt: Sequence[Mapping[str, Any]],
) -> Asking:
    """Read a question as a phone wrote it. Raises Invalid, with the path, for what cannot be asked."""
    question, skill, level = data.get("question"), data.get("skill"), data.get("min_level", 1)
    urgency = data.get("urgency", Urgency.NORMAL.value)
    if urgency not in tuple(Urgency):
        raise INVALID("is neither normal nor urgent", path="/urgency")
    if isinstance(level, bool) or not isinstance(level, int):
        raise INVALID("is no whole number", path="/min_level")
    return Asking(
        key,
        order,
        asked_by,
        at,
        question if isinstance(question, str) else "",
        parse_id(data.get("user_id")),
        skill[:32] if isinstance(skill, str) else None,
        level,
        Urgency(urgency),
        None,
        media,
        tuple(excerpt),
    )
