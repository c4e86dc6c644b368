"""What people are told about who gets which order."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.sla.deadline import Priority
from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from dispatch.work_orders.workload import Demand
from kernel.unit_of_work import Reading, UnitOfWork


def tell_given(uow: UnitOfWork, given: Iterable[tuple[Demand, UUID]]) -> None:
    """Tell people which orders they were given: each person once, however many there are; not what they took themselves."""
    of_person: dict[UUID, list[Demand]] = {}
    for demand, user_id in given:
        if user_id != uow.actor.user_id:
            of_person.setdefault(user_id, []).append(demand)
    notices = []
    for user_id, demands in of_person.items():
        first, count = demands[0], len(demands)
        template = "assignment.given" if count == 1 else "assignment.given_many"
        urgent = any(one.priority == Priority.EMERGENCY for one in demands)
        values = {"number": first.number, "count": count}
        notices.append(Notice(template, f"given:{uow.new_id()}", (user_id,), values, first.places.region_id, urgent))
    tell(uow, notices)


def tell_taken(uow: UnitOfWork, taken: Iterable[tuple[Demand, UUID]]) -> None:
    """Tell people that an order is with somebody else from now on."""
    tell(
        uow,
        [
            Notice(
                "assignment.taken", f"taken:{uow.new_id()}", (user_id,), {"number": one.number}, one.places.region_id
            )
            for one, user_id in taken
            if user_id != uow.actor.user_id
        ],
    )


def tell_nobody(uow: UnitOfWork, demands: Collection[Demand]) -> None:
    """Tell whoever leads there that nobody was found for orders, once for many: the group's leader, or the station's manager."""
    above = chains(uow, demands) if demands else {}
    of_person: dict[tuple[UUID, ...], list[Demand]] = {}
    for one in demands:
        of_person.setdefault(above[one.order_id].nearest, []).append(one)
    notices = []
    for user_ids, mine in of_person.items():
        template = "assignment.nobody" if len(mine) == 1 else "assignment.nobody_many"
        urgent = any(one.priority == Priority.EMERGENCY for one in mine)
        values = {"number": mine[0].number, "count": len(mine)}
        region_id = mine[0].places.region_id
        notices.append(Notice(template, f"nobody:{uow.new_id()}", user_ids, values, region_id, urgent))
    tell(uow, notices)


class Above:
    """Who stands above an order: the leader of its group, and the manager of its station, as far as there are any."""

    def __init__(self, leader: UUID | None, manager: UUID | None) -> None:
        self.leader: tuple[UUID, ...] = () if leader is None else (leader,)
        self.manager: tuple[UUID, ...] = () if manager is None else (manager,)

    @property
    def nearest(self) -> tuple[UUID, ...]:
        """The first of them who exists."""
        return self.leader or self.manager


def chains(reading: Reading, demands: Collection[Demand]) -> Mapping[UUID, Above]:
    """Return who stands above each of these orders now. One statement."""
    return chains_of(reading, {one.order_id: (one.places.group_id, one.places.station_id) for one in demands})


def chains_of(reading: Reading, places: Mapping[UUID, tuple[UUID | None, UUID | None]]) -> dict[UUID, Above]:
    """Return who stands above each of these orders now, by its group and station. One statement."""
    known = {place for both in places.values() for place in both if place is not None}
    holders = territory.holders(reading, known, reading.now)
    return {
        key: Above(
            None if group_id is None else holders.get(group_id, {}).get(DutyKind.GROUP_LEADER),
            None if station_id is None else holders.get(station_id, {}).get(DutyKind.STATION_MANAGER),
        )
        for key, (group_id, station_id) in places.items()
    }
