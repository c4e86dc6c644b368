"""Where technicians begin their days: a store, or what they name as home."""

from uuid import UUID

from sqlalchemy import select, update

from dispatch.people import errors
from dispatch.people.authority import LEADERS, check_role, present
from dispatch.people.models import Technician
from dispatch.people.queries import in_scope
from dispatch.territory.coordinates import CoordinateSystem, point_to_wgs84
from kernel.errors import INVALID
from kernel.unit_of_work import Reading, UnitOfWork

Base = tuple[float, float]
"""Latitude and longitude, WGS 84 degrees."""


def set_base(
    uow: UnitOfWork,
    *,
    technician_id: UUID,
    lat: float | None,
    lon: float | None,
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84,
) -> None:
    """Say where somebody's days begin (both None: nobody knows): one's own, or as who leads them.

    Raises NotFound (people.unknown), Conflict (people.left), Forbidden (forbidden), Invalid (invalid) with the path.
    """
    who = present(uow, technician_id)
    if technician_id != uow.actor.user_id:
        check_role(uow, who.places, LEADERS)
    if (lat is None) != (lon is None):
        raise INVALID("latitude and longitude belong together", path="/lon" if lon is None else "/lat")
    if lat is not None and lon is not None:
        lat, lon = point_to_wgs84(coordinate_system, lat, lon)
    uow.session.execute(update(Technician).where(Technician.id == technician_id).values(base_lat=lat, base_lon=lon))


def base_of(reading: Reading, technician_id: UUID) -> Base | None:
    """Return where the days of a technician in scope begin, or None. Raises NotFound (people.unknown)."""
    row = reading.session.execute(
        select(Technician.base_lat, Technician.base_lon).where(Technician.id == technician_id, in_scope(reading))
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    return None if row.base_lat is None or row.base_lon is None else (row.base_lat, row.base_lon)
