"""Who is held, and whom a change concerns. Pure: it knows neither sockets nor the database."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

import orjson


class Kind(StrEnum):
    """What a held phone waits for: poke after poke, or one answer."""

    STREAM = "stream"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the web process hands over beside the connection.

    `since` is the head when the question was asked, `scopes` are the recipients whose news concern this phone, `seconds` is how
    long it may be held.
    """

    kind: Kind
    device_id: UUID
    token_hash: bytes
    region_id: UUID
    scopes: tuple[str, ...]
    since: int
    seconds: float

    def as_json(self) -> bytes:
        """Write it as one line."""
        return orjson.dumps(
            {**{name: getattr(self, name) for name in self.__slots__}, "token_hash": self.token_hash.hex()}
        )

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """Read it back. Raises ValueError, KeyError, TypeError for anything else."""
        told: dict[str, Any] = orjson.loads(line)
        return cls(
            Kind(told["kind"]),
            UUID(told["device_id"]),
            bytes.fromhex(told["token_hash"]),
            UUID(told["region_id"]),
            tuple(told["scopes"]),
            int(told["since"]),
            float(told["seconds"]),
        )


@dataclass(eq=False, slots=True)
class Held:
    """A phone that is held until a moment of the monotonic clock; `since` is what it was told last."""

    wanted: Wanted
    until: float
    since: int


class Board:
    """All phones that this process holds, by device and by region."""

    def __init__(self) -> None:
        self._by_device: dict[tuple[UUID, Kind], Held] = {}
        self._by_region: dict[UUID, dict[str, set[Held]]] = {}
        self._seen: dict[UUID, int] = {}

    def __len__(self) -> int:
        return len(self._by_device)

    def __iter__(self) -> Iterator[Held]:
        return iter(list(self._by_device.values()))

    def add(self, wanted: Wanted, now: float) -> tuple[Held, Held | None]:
        """Take a phone; return it, and the older connection of the same phone that it replaces."""
        held = Held(wanted, now + wanted.seconds, wanted.since)
        key = (wanted.device_id, wanted.kind)
        older = self._by_device.get(key)
        if older is not None:
            self.remove(older)
        self._by_device[key] = held
        scopes = self._by_region.setdefault(wanted.region_id, {})
        for scope in wanted.scopes:
            scopes.setdefault(scope, set()).add(held)
        # What was committed between its question and now was looked at without it.
        self._seen[wanted.region_id] = min(self._seen.get(wanted.region_id, wanted.since), wanted.since)
        return held, older

    def remove(self, held: Held) -> None:
        """Let go of a phone; harmless when it is not held."""
        key = (held.wanted.device_id, held.wanted.kind)
        if self._by_device.get(key) is not held:
            return
        del self._by_device[key]
        scopes = self._by_region[held.wanted.region_id]
        for scope in held.wanted.scopes:
            scopes[scope].discard(held)
            if not scopes[scope]:
                del scopes[scope]
        if not scopes:
            del self._by_region[held.wanted.region_id], self._seen[held.wanted.region_id]

    def regions(self) -> list[UUID]:
        """The regions that somebody waits for."""
        return sorted(self._by_region)

    def behind(self, heads: Mapping[UUID, int]) -> dict[UUID, int]:
        """Return the regions that have changed since they were looked at, with the number up to which they were."""
        return {key: seen for key, seen in self._seen.items() if heads.get(key, 0) > seen}

    def seen(self, held: Held) -> int:
        """Return up to which number the region of a phone that is held was looked at."""
        return self._seen[held.wanted.region_id]

    def scopes(self, region_id: UUID) -> Collection[str]:
        """The recipients of a region whose news somebody waits for."""
        return sorted(self._by_region.get(region_id, ()))

    def news(self, region_id: UUID, head: int, latest: Mapping[str, int]) -> list[Held]:
        """Note that a region was looked at up to `head`; return those for whom there is news, each once.

        `latest` has the number of the newest change of each recipient that has any since the region was looked at before.
        """
        if region_id in self._seen:
            self._seen[region_id] = head
        scopes = self._by_region.get(region_id, {})
        found = {held for scope, seq in latest.items() for held in scopes.get(scope, ()) if seq > held.since}
        for held in found:
            held.since = head
        return sorted(found, key=lambda held: held.wanted.device_id)

    def over(self, now: float) -> list[Held]:
        """Return those whose time is over."""
        return [held for held in self if held.until <= now]
