"""How a station stands, as far as a proposal depends on it, and what has changed about that since."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from dispatch.zoning.basis import Basis


class What(StrEnum):
    """What can have changed: something came, went, or is another."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that has changed: a zone, a group or a person, by its id."""

    kind: str
    id: str
    what: What


@dataclass(frozen=True, slots=True)
class State:
    """Each zone with its group, version and manager, each group with its version, each person with their group; as texts."""

    zones: Mapping[str, str]
    groups: Mapping[str, str]
    people: Mapping[str, str]

    @classmethod
    def of(cls, basis: Basis) -> Self:
        """Take what counts of a station: not its subscribers' number alone, which is part of a zone's version, nor its work."""
        return cls(
            {str(zone.id): f"{zone.group_id} {zone.version} {zone.manager_id}" for zone in basis.zones},
            {str(group.id): str(group.version) for group in basis.groups},
            {str(person.id): str(person.group_id) for person in basis.people},
        )

    def dump(self) -> dict[str, Any]:
        """Return it as a document."""
        return asdict(self)

    def changed_to(self, now: "State") -> tuple[Difference, ...]:
        """Say what is different now: zones first, then groups, then people, each in the order of their ids."""
        found = []
        for kind in ("zones", "groups", "people"):
            before, after = getattr(self, kind), getattr(now, kind)
            for key in sorted({*before, *after}):
                if key not in after:
                    found.append(Difference(kind, key, What.GONE))
                elif key not in before:
                    found.append(Difference(kind, key, What.NEW))
                elif before[key] != after[key]:
                    found.append(Difference(kind, key, What.CHANGED))
        return tuple(found)
