"""What an address belongs to, and the news that it is to be looked up, and was."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from dispatch.geocoding.matches import Match


class SubjectKind(StrEnum):
    """What may have an address without a position."""

    SITE = "site"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Subject:
    """A site or request whose address is to be looked up."""

    kind: SubjectKind
    id: UUID
    region_id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class AddressLookedUp:
    """A provider has answered; `match` is None when it does not know the address."""

    subject: Subject
    provider: str
    match: Match | None


@dataclass(frozen=True, slots=True)
class AddressesToLookUp:
    """Sites or requests have an address and no position. Nobody acts on it unless a provider is configured."""

    subjects: tuple[Subject, ...]
    fresh: bool = False
