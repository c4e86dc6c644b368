"""Who is asking, in which roles, and how far each of them may see."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true


class Role(StrEnum):
    """What a person does; each role is held at a place of the territory."""

    TECHNICIAN = "technician"
    GROUP_LEADER = "group_leader"
    STATION_MANAGER = "station_manager"
    REGIONAL_OPERATIONS = "regional_operations"
    AGENT = "agent"
    ASSESSOR = "assessor"
    ADMINISTRATOR = "administrator"


def read_roles(text: str) -> frozenset[Role]:
    """roles with blanks between them, such as administrator regional_operations"""
    return frozenset(map(Role, text.split()))


class Level(StrEnum):
    """The levels of the territory, from the smallest to the whole."""

    ZONE = "zone"
    GROUP = "group"
    STATION = "station"
    REGION = "region"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held at a place. `place_id` is None only at the level `everywhere`; `region_id`: where it lies, if known."""

    role: Role
    level: Level
    place_id: UUID | None
    region_id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that a person may see: those of these places, and those that are their own."""

    user_id: UUID
    everywhere: bool = False
    regions: frozenset[UUID] = frozenset()
    stations: frozenset[UUID] = frozenset()
    groups: frozenset[UUID] = frozenset()
    zones: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, user_id: UUID, grants: Iterable[Grant]) -> Self:
        """Gather the places of these grants.

        A technician's grant opens no place: technicians see their own rows, wherever those lie. An assessor's opens none
        either: assessors see what was handed to them.
        """
        places: dict[Level, set[UUID]] = {level: set() for level in Level}
        everywhere = False
        for grant in grants:
            if grant.role in (Role.TECHNICIAN, Role.ASSESSOR):
                continue
            everywhere |= grant.level is Level.EVERYWHERE
            if grant.place_id is not None:
                places[grant.level].add(grant.place_id)
        levels = (Level.REGION, Level.STATION, Level.GROUP, Level.ZONE)
        return cls(user_id, everywhere, *(frozenset(places[level]) for level in levels))

    def sees(self, **columns: Any) -> ColumnElement[bool]:
        """Return the condition that lets through only rows within this scope: those that meet any of `parts`.

        This is the one scope layer: every query and every load for a command goes through it.
        """
        return or_(false(), *self.parts(**columns))

    def parts(
        self, *, region: Any = None, station: Any = None, group: Any = None, zone: Any = None, owner: Any = None
    ) -> list[ColumnElement[bool]]:
        """Return the conditions of which a row within this scope meets at least one; each may be served by one index.

        Each argument is the column that holds that place of the row (or the owning user), if the table has it.
        """
        if self.everywhere:
            return [true()]
        pairs = ((region, self.regions), (station, self.stations), (group, self.groups), (zone, self.zones))
        parts = [column == key for column, ids in pairs if column is not None for key in sorted(ids)]
        return parts if owner is None else [*parts, owner == self.user_id]

    def covers(
        self,
        *,
        region_id: UUID | None = None,
        station_id: UUID | None = None,
        group_id: UUID | None = None,
        zone_id: UUID | None = None,
    ) -> bool:
        """Answer the same question for one row in hand (without the owner)."""
        pairs = ((region_id, self.regions), (station_id, self.stations), (group_id, self.groups), (zone_id, self.zones))
        return self.everywhere or any(key in ids for key, ids in pairs)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person (perhaps through a device), or the system itself."""

    user_id: UUID
    region_id: UUID | None
    grants: frozenset[Grant]
    scope: Scope
    locale: str = "zh-CN"
    device_id: UUID | None = None

    @classmethod
    def person(
        cls,
        user_id: UUID,
        region_id: UUID | None,
        grants: Iterable[Grant],
        *,
        locale: str = "zh-CN",
        device_id: UUID | None = None,
    ) -> Self:
        """Make the actor for a person with these grants."""
        held = frozenset(grants)
        return cls(user_id, region_id, held, Scope.of(user_id, held), locale, device_id)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held anywhere."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def regions(self) -> frozenset[UUID]:
        """The regions in which there can be anything for this person: their own, and those of their roles."""
        found = {self.region_id, *(grant.region_id for grant in self.grants), *self.scope.regions}
        return frozenset(region for region in found if region is not None)

    def has(self, *roles: Role) -> bool:
        """Tell whether one of these roles is held anywhere; an administrator holds all."""
        return not self.roles.isdisjoint((*roles, Role.ADMINISTRATOR))

    def roles_over(
        self, region_id: UUID | None, station_id: UUID | None, group_id: UUID | None, zone_id: UUID | None
    ) -> frozenset[Role]:
        """The roles held over a row of these places; a technician's role goes wherever their work is."""
        places = {region_id, station_id, group_id, zone_id} - {None}
        return frozenset(
            grant.role
            for grant in self.grants
            if grant.role is Role.TECHNICIAN or grant.level is Level.EVERYWHERE or grant.place_id in places
        )


SYSTEM_USER = UUID("00000000-0000-8000-8000-000000000001")


def system_actor(region_id: UUID | None = None) -> Actor:
    """Return the actor for what the product does by itself (jobs, sweeps, imports, seeds)."""
    return Actor.person(SYSTEM_USER, region_id, [Grant(Role.ADMINISTRATOR, Level.EVERYWHERE, None)])
