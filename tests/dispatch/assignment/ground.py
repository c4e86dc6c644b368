"""What tests of assignment do: open orders, and let people answer for places."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from dispatch.policies import service as policies
from dispatch.sla.deadline import Priority
from dispatch.territory.duties import DutyKind
from dispatch.territory.places import Places
from dispatch.territory.service import appoint
from dispatch.work_orders.service import NewOrder, create_orders
from kernel.actor import Level, Role
from kernel.unit_of_work import UnitOfWork
from tests import factories


def orders(uow: UnitOfWork, place: Places, count: int = 1, work_type: str = "visit", **given: Any) -> list[UUID]:
    priority = given.pop("priority", Priority.ROUTINE)
    drafts = [NewOrder(place, work_type, priority, "t", uow.now, **given) for _ in range(count)]
    return create_orders(uow, drafts)


def owner_of(uow: UnitOfWork, place: Places, **given: Any) -> UUID:
    user_id = factories.technician(uow, place, **given)
    assert place.zone_id is not None
    appoint(uow, place_id=place.zone_id, kind=DutyKind.ZONE_MANAGER, user_id=user_id)
    return user_id


def leader_of(uow: UnitOfWork, place: Places) -> UUID:
    """Appoint somebody to lead the group of a place, with the role of it."""
    assert place.group_id is not None
    user_id = factories.person_with(uow, Role.GROUP_LEADER, Level.GROUP, place.group_id, region_id=place.region_id)
    appoint(uow, place_id=place.group_id, kind=DutyKind.GROUP_LEADER, user_id=user_id)
    return user_id


def manager_of(uow: UnitOfWork, place: Places) -> UUID:
    """Appoint somebody to manage the station of a place, with the role of it."""
    assert place.station_id is not None
    user_id = factories.person_with(
        uow, Role.STATION_MANAGER, Level.STATION, place.station_id, region_id=place.region_id
    )
    appoint(uow, place_id=place.station_id, kind=DutyKind.STATION_MANAGER, user_id=user_id)
    return user_id


def decide(uow: UnitOfWork, place: Places, **rules: Any) -> None:
    """Let the region decide on its assignment rule."""
    policies.set_policy(uow, region_id=place.region_id, subject="assignment_rule", rules=rules)


def schedule(uow: UnitOfWork, order_id: UUID, technician_id: UUID, hour: float, lasts: float = 1) -> None:
    """Let somebody agree on a window that begins in so many hours with the customer of an order that they accepted."""
    start = uow.now + timedelta(hours=hour)
    window = {"window_start_at": start.isoformat(), "window_end_at": (start + timedelta(hours=lasts)).isoformat()}
    factories.commands(uow, order_id, technician_id, "schedule", **window)
