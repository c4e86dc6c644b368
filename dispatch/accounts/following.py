"""Lets roles that are held at a place follow it when it moves."""

from collections.abc import Sequence
from uuid import UUID

from dispatch.accounts.models import RoleGrant
from kernel.bulk import update_rows
from kernel.unit_of_work import UnitOfWork


def follow_places(
    uow: UnitOfWork, zones: Sequence[tuple[UUID, UUID, UUID]], groups: Sequence[tuple[UUID, UUID]]
) -> None:
    """Give the roles at moved zones and groups the places that are above these now. Two statements.

    Zones come with their group and station, groups with their station: those above say who may see who works there.
    """
    rows = [{"place_id": zone, "group_id": group, "station_id": station} for zone, group, station in zones]
    update_rows(uow.session, RoleGrant, rows, key=["place_id"])
    update_rows(uow.session, RoleGrant, [{"group_id": g, "station_id": s} for g, s in groups], key=["group_id"])
