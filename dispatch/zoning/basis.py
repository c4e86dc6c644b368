"""What a proposal starts from: the zones, groups and people of a station as they are, and what there was to do."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from dispatch.territory.group_size import Bounds


@dataclass(frozen=True, slots=True)
class ZoneFact:
    """A zone today. `work` has the minutes of its recent and open orders by work type, `orders` is how many there were.

    `touching` are the zones that it borders on, `bridged` those that it is joined to for want of a border.
    """

    id: UUID
    code: str
    name: str
    group_id: UUID
    manager_id: UUID | None
    subscribers: int
    orders: int
    work: Mapping[str, int]
    version: int
    touching: tuple[UUID, ...]
    bridged: tuple[UUID, ...]

    @property
    def minutes(self) -> int:
        """The minutes of all its work."""
        return sum(self.work.values())


@dataclass(frozen=True, slots=True)
class GroupFact:
    """A group today."""

    id: UUID
    code: str
    name: str
    version: int
    leader_id: UUID | None


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A technician of the station, and the group that they work in."""

    id: UUID
    name: str
    group_id: UUID


@dataclass(frozen=True, slots=True)
class Basis:
    """A station as it is. `subscriber_percent` says how much of a zone's load its subscribers are; the rest is its work."""

    zones: tuple[ZoneFact, ...]
    groups: tuple[GroupFact, ...]
    people: tuple[PersonFact, ...]
    bounds: Bounds
    days: int
    subscriber_percent: int

    def loads(self) -> tuple[float, ...]:
        """Return the load of each zone as a share of the station's; all the same where nothing is known."""
        subscribers = sum(zone.subscribers for zone in self.zones)
        minutes = sum(zone.minutes for zone in self.zones)
        by_subscribers = self.subscriber_percent / 100
        if not subscribers or not minutes:
            by_subscribers = 1.0 if subscribers else 0.0
        if not subscribers and not minutes:
            return tuple(1 / len(self.zones) for _ in self.zones)
        return tuple(
            by_subscribers * zone.subscribers / max(1, subscribers)
            + (1 - by_subscribers) * zone.minutes / max(1, minutes)
            for zone in self.zones
        )

    def dump(self) -> dict[str, Any]:
        """Return it as a document."""
        return asdict(self)

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Self:
        """Read it from its document."""
        return cls(
            tuple(_zone(one) for one in document["zones"]),
            tuple(
                GroupFact(UUID(one["id"]), one["code"], one["name"], one["version"], optional_id(one["leader_id"]))
                for one in document["groups"]
            ),
            tuple(PersonFact(UUID(one["id"]), one["name"], UUID(one["group_id"])) for one in document["people"]),
            Bounds(**document["bounds"]),
            document["days"],
            document["subscriber_percent"],
        )


def optional_id(text: str | None) -> UUID | None:
    """Read an id that may be missing."""
    return None if text is None else UUID(text)


def _zone(one: Mapping[str, Any]) -> ZoneFact:
    return ZoneFact(
        UUID(one["id"]),
        one["code"],
        one["name"],
        UUID(one["group_id"]),
        optional_id(one["manager_id"]),
        one["subscribers"],
        one["orders"],
        one["work"],
        one["version"],
        tuple(map(UUID, one["touching"])),
        tuple(map(UUID, one["bridged"])),
    )
