"""Who could do which order, best first, with reasons; within the caller's scope."""

from collections.abc import Collection
from uuid import UUID
from zoneinfo import ZoneInfo

from dispatch.accounts import queries as accounts
from dispatch.assignment.ranking import Person, Ranking, Work, rank
from dispatch.people import queries as people
from dispatch.territory import queries as territory
from dispatch.work_orders import errors
from dispatch.work_orders.workload import Demand, demands_of, loads_of
from kernel.unit_of_work import Reading


def candidates(reading: Reading, order_id: UUID) -> Ranking:
    """Rank the people of an order's station for it. Raises NotFound (work_order.unknown)."""
    demands = demands_of(reading, [order_id])
    if order_id not in demands:
        raise errors.UNKNOWN()
    ((work, crowd),) = works_of(reading, demands.values()).values()
    return rank(work, crowd)


def works_of(reading: Reading, demands: Collection[Demand]) -> dict[UUID, tuple[Work, list[Person]]]:
    """Return, for each order, the work and the people of its station, with a constant number of statements."""
    zones = {one.places.zone_id for one in demands if one.places.zone_id is not None}
    owners = territory.responsible(reading, zones, reading.now)
    timezones = territory.timezones_of(reading, {one.places.region_id for one in demands})
    crowds = _crowds(reading, demands, set(owners.values()))
    found = {}
    for demand in demands:
        work = Work(
            demand.places,
            None if demand.places.zone_id is None else owners.get(demand.places.zone_id),
            demand.skill,
            demand.window_start_at or reading.now,
            ZoneInfo(timezones[demand.places.region_id]),
        )
        found[demand.order_id] = (work, crowds.get(demand.places.station_id, []))
    return found


def _crowds(reading: Reading, demands: Collection[Demand], owners: Collection[UUID]) -> dict[UUID | None, list[Person]]:
    """Return the people of each station, and with them whoever answers for a zone there, wherever they work."""
    stations = {one.places.station_id for one in demands if one.places.station_id is not None}
    technicians = {one.id: one for one in people.technicians_in(reading, station_ids=stations)}
    technicians |= people.technicians_by_id(reading, set(owners) - set(technicians))
    accounts_of = accounts.contacts_of(reading, list(technicians))
    loads = loads_of(reading, list(technicians))
    crowds: dict[UUID | None, list[Person]] = {station_id: [] for station_id in stations}
    for one in technicians.values():
        person = Person(
            one.id,
            one.name,
            one.station_id,
            one.group_id,
            one.skills,
            loads.get(one.id, 0),
            left=one.left_at is not None,
            active=accounts_of[one.id].active,
        )
        for station_id, crowd in crowds.items():
            if station_id == one.station_id or one.id in owners:
                crowd.append(person)
    return crowds
