"""What happens to service requests, for the slices above to act on within the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.territory.places import Places


@dataclass(frozen=True, slots=True)
class Explanation:
    """Something that is known to trouble customers there, such as a planned outage, and until when it lasts."""

    kind: str
    id: UUID
    until: datetime


@dataclass(slots=True)
class RequestArriving:
    """A request is about to become an order: whoever knows what troubles that place adds it to `explanations`."""

    request_id: UUID
    places: Places
    site_id: UUID | None
    lat: float | None
    lon: float | None
    work_type: str
    at: datetime
    explanations: list[Explanation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RequestExplained:
    """A request was recorded and waits, because of what is known to trouble that place."""

    request_id: UUID
    region_id: UUID
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class RequestsPlaced:
    """Orders of requests that waited for a zone have got one by themselves."""

    order_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class HistoryWritten:
    """Something that happened to requests was written down: the rows as they are stored."""

    entries: tuple[Mapping[str, Any], ...]
