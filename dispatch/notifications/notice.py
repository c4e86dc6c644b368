"""A notice to people, before it is put into anybody's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

LONGEST_KEY = 90
"""Together with the id of a recipient it is the key of a message in the outbox."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of ours that each language has its own for, such as the name of a clock: `file.name` of the texts."""

    key: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Tells people one thing. Each of them gets each `key` once, however often it is told.

    `template` names the text; `values` fill its places: text, numbers, days, `Term`, and moments, which are shown in the zone of
    the region. What is `urgent` does not wait for the end of quiet hours.
    """

    template: str
    key: str
    user_ids: tuple[UUID, ...]
    values: Mapping[str, Any]
    region_id: UUID | None
    urgent: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= LONGEST_KEY:
            raise ValueError(f"the key of a notice has 1 to {LONGEST_KEY} characters, not {len(self.key)}")
