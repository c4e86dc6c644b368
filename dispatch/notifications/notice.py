"""A notice to people or customers, before it is put into anybody's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dispatch.territory.places import Places

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
    the region. What is `urgent` does not wait for the end of quiet hours. `place_ids` are groups, stations or regions whose
    chats get it, too, in the language of the region.
    """

    template: str
    key: str
    user_ids: tuple[UUID, ...]
    values: Mapping[str, Any]
    region_id: UUID | None
    urgent: bool = False
    place_ids: tuple[UUID, ...] = ()

    def __post_init__(self) -> None:
        _check_key(self.key)


@dataclass(frozen=True, slots=True)
class Addressee:
    """A customer as a message reaches them. `places` say whose customer they are."""

    customer_id: UUID
    name: str
    phone: str | None
    places: Places


@dataclass(frozen=True, slots=True)
class CustomerNotice:
    """Tells customers of one region one thing, each of them each `key` once. `{name}` is the customer's own.

    `secrets` are values, such as a link that lets its holder sign, that are sent and not kept: where staff reads the message,
    their places are masked. Such a message is not sent again.
    """

    template: str
    key: str
    customers: tuple[Addressee, ...]
    values: Mapping[str, Any]
    region_id: UUID
    urgent: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_key(self.key)


MASK = "⟦{name}⟧"
"""What stands for a secret where a message is kept."""


def unmasked(text: str, secrets: Mapping[str, str]) -> str:
    """Put the secrets of a message into their places."""
    for name, value in secrets.items():
        text = text.replace(MASK.format(name=name), value)
    return text


def _check_key(key: str) -> None:
    if not 0 < len(key) <= LONGEST_KEY:
        raise ValueError(f"the key of a notice has 1 to {LONGEST_KEY} characters, not {len(key)}")
