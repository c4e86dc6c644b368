"""Everybody who works at some stations or in some regions: thousands of people with one statement."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from dispatch.people.models import Technician
from dispatch.people.queries import in_scope
from kernel.database import one_of
from kernel.unit_of_work import Reading

WHO: ColumnElement[UUID] = Technician.id.expression
"""The technician's id in `workers`, for what other slices add to that statement."""


def workers(
    reading: Reading,
    *,
    station_ids: Collection[UUID] = (),
    region_ids: Collection[UUID] = (),
    also: Collection[UUID] = (),
) -> Select[Any]:
    """Return the statement for the technicians in the caller's scope who work in these places now, however many there are.

    Those of `also` are with them wherever they work, and if they have left. The rows have id, region_id, station_id, group_id,
    left_at, and where their days begin: base_lat and base_lon, degrees.
    """
    names = ("id", "region_id", "station_id", "group_id", "left_at", "base_lat", "base_lon")
    inside = or_(Technician.station_id.in_(station_ids), Technician.region_id.in_(region_ids))
    working = and_(inside, Technician.left_at.is_(None))
    wanted = or_(working, one_of(reading.session, Technician.id, also)) if also else working
    return select(*(getattr(Technician, name) for name in names)).where(wanted, in_scope(reading))
