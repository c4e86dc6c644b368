"""Who may do what with people, and people locked for a command."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from dispatch.people import errors
from dispatch.people.models import Technician
from dispatch.people.queries import in_scope
from dispatch.territory.places import Places
from kernel.actor import Role
from kernel.database import one_of
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork

MANAGERS = frozenset({Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who hires, moves and certifies technicians, each within the places they hold the role over."""

LEADERS = MANAGERS | {Role.GROUP_LEADER}
"""Who keeps rosters, decides on absences and pairs mentors, each within the places they hold the role over."""

ABOVE_STATIONS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Staff:
    """A technician as commands see one: where they work, and since when no more."""

    id: UUID
    region_id: UUID
    station_id: UUID
    group_id: UUID
    left_at: datetime | None

    @property
    def places(self) -> Places:
        """Their group with all that is above it."""
        return Places(self.region_id, self.station_id, self.group_id)


def check_role(uow: UnitOfWork, places: Places, wanted: Collection[Role] = MANAGERS) -> None:
    """Check that the actor holds one of these roles over a place. Raises Forbidden (forbidden)."""
    if not holds_role(uow, places, wanted):
        raise FORBIDDEN()


def holds_role(uow: UnitOfWork, places: Places, wanted: Collection[Role]) -> bool:
    """Tell whether the actor holds one of these roles over a place."""
    held = uow.actor.roles_over(places.region_id, places.station_id, places.group_id, places.zone_id)
    return not held.isdisjoint(wanted)


def locked_staff(uow: UnitOfWork, ids: Collection[UUID], *, also: Collection[UUID] = ()) -> dict[UUID, Staff]:
    """Lock those of these technicians who are in the actor's scope, always in the same order; also those who have left.

    `also` are let through whatever the scope: people named in something of the actor's own. One statement.
    """
    columns = (getattr(Technician, name) for name in Staff.__dataclass_fields__)
    statement = (
        select(*columns)
        .where(
            one_of(uow.session, Technician.id, {*ids, *also}),
            or_(in_scope(uow), one_of(uow.session, Technician.id, also)),
        )
        .order_by(Technician.id)
        .with_for_update()
    )
    return {row.id: Staff(*row) for row in uow.session.execute(statement)}


def present(uow: UnitOfWork, technician_id: UUID, *, path: str | None = None) -> Staff:
    """Lock a technician in scope who has not left. Raises NotFound (people.unknown), Conflict (people.left)."""
    found = locked_staff(uow, [technician_id]).get(technician_id)
    if found is None:
        raise errors.UNKNOWN(path=path)
    if found.left_at is not None:
        raise errors.LEFT(path=path)
    return found
