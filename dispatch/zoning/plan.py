"""How a station is split: which zones and people are in which group, and who manages which zone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self
from uuid import UUID

from dispatch.territory.errors import ZONE_TWICE
from dispatch.zoning import errors
from dispatch.zoning.basis import Basis, optional_id


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A group with its zones and people; one without an id is opened when the plan is applied."""

    group_id: UUID | None
    code: str
    name: str
    zones: tuple[UUID, ...]
    people: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A split of a station: its groups, and the manager of each zone that has one."""

    groups: tuple[PlannedGroup, ...]
    managers: Mapping[UUID, UUID]

    def dump(self) -> dict[str, Any]:
        """Return it as a document."""
        return {
            "groups": [asdict(group) for group in self.groups],
            "managers": {str(zone_id): str(user_id) for zone_id, user_id in self.managers.items()},
        }

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Self:
        """Read it from its document."""
        groups = tuple(
            PlannedGroup(
                optional_id(one["group_id"]),
                one["code"],
                one["name"],
                tuple(map(UUID, one["zones"])),
                tuple(map(UUID, one["people"])),
            )
            for one in document["groups"]
        )
        return cls(groups, {UUID(zone): UUID(user) for zone, user in document["managers"].items()})


def as_today(basis: Basis) -> Plan:
    """Return the split of today."""
    groups = tuple(
        PlannedGroup(
            group.id,
            group.code,
            group.name,
            tuple(zone.id for zone in basis.zones if zone.group_id == group.id),
            tuple(person.id for person in basis.people if person.group_id == group.id),
        )
        for group in basis.groups
    )
    return Plan(groups, {zone.id: zone.manager_id for zone in basis.zones if zone.manager_id is not None})


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person changes of a plan: a zone goes to the group of a code, or to a manager, or both (None: as it is)."""

    zone_id: UUID
    group_code: str | None = None
    manager_id: UUID | None = None


def edited(plan: Plan, basis: Basis, edits: tuple[Edit, ...]) -> Plan:
    """Change a plan by hand. A zone that goes to another group keeps its manager unless another is named.

    Raises Invalid (territory.zone_twice, zoning.zone_unknown, zoning.group_unknown, zoning.person_unknown), with the path.
    """
    zones, people = {zone.id for zone in basis.zones}, {person.id for person in basis.people}
    codes = {group.code for group in plan.groups}
    managers = dict(plan.managers)
    target: dict[UUID, str] = {}
    for index, edit in enumerate(edits):
        here = f"/edits/{index}"
        if edit.zone_id not in zones:
            raise errors.ZONE_UNKNOWN(path=f"{here}/zone_id")
        if edit.zone_id in (one.zone_id for one in edits[:index]):
            raise ZONE_TWICE(path=f"{here}/zone_id")
        if edit.group_code is not None:
            if edit.group_code not in codes:
                raise errors.GROUP_UNKNOWN(path=f"{here}/group_code")
            target[edit.zone_id] = edit.group_code
        if edit.manager_id is not None:
            if edit.manager_id not in people:
                raise errors.PERSON_UNKNOWN(path=f"{here}/manager_id")
            managers[edit.zone_id] = edit.manager_id
    groups = tuple(
        replace(
            group,
            zones=tuple(
                zone.id
                for zone in basis.zones
                if target.get(zone.id, group.code if zone.id in group.zones else None) == group.code
            ),
        )
        for group in plan.groups
    )
    return Plan(groups, managers)
