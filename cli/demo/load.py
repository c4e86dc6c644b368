"""Fills an empty database with the demo, once: loaded again, it changes nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cli.demo.accounts import SEED, is_there, people
from cli.demo.crew import bring_in
from cli.demo.duty import put_on_duty
from cli.demo.ground import open_ground
from cli.demo.history import replay
from cli.demo.households import move_in
from cli.demo.people import Person
from cli.demo.places import GUANNAN, LIANSHUI, STATIONS, StationSeed
from cli.demo.plans import plan_ahead
from cli.demo.stories import LIVE, Cast, Story, tell
from dispatch.accounts.passwords import Passwords
from dispatch.work_orders.lifecycle import Status
from dispatch.zoning import drafting
from dispatch.zoning import service as zoning
from kernel.actor import Role, system_actor
from kernel.identifiers import derived_id
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork

SINCE = timedelta(days=60)
"""How long before its first start the people of the demo have been in their places."""

ORDERS: dict[StationSeed, tuple[int, dict[Status, int]]] = {
    LIANSHUI: (260, LIVE),
    GUANNAN: (24, {Status.OPEN: 2, Status.ASSIGNED: 3, Status.ACCEPTED: 2, Status.IN_PROGRESS: 1, Status.COMPLETED: 2}),
}
"""Of each station, how many orders of the past weeks there are, and how many of today by state."""


def load(runtime: Runtime) -> bool:
    """Load the demo into a database that does not have it, as of the runtime's now; tell whether there was anything to do."""
    if is_there(runtime.engine):
        return False
    _load(runtime, people())
    return True


def _load(runtime: Runtime, people: Sequence[Person]) -> None:
    """Do all of it in one transaction, so that it is there whole or not at all."""
    with runtime.unit_of_work(system_actor()) as uow:
        grounds = {seed.region_code: open_ground(uow, seed) for seed in STATIONS}
        passwords = Passwords(runtime.settings.password_memory_kib)
        bring_in(uow, people, grounds, uow.now - SINCE, passwords)
        for seed in STATIONS:
            zones = grounds[seed.region_code].zones
            households = move_in(uow, seed, zones)
            if seed is LIANSHUI:
                put_on_duty(uow, [one for one in people if one.region == seed.region_code], grounds[seed.region_code])
            replay(uow, stories_of(seed, people, uow.now), zones, households, people)
        _propose_zones(uow, grounds[LIANSHUI.region_code].station_id)
        plan_ahead(uow, grounds[LIANSHUI.region_code])


def _propose_zones(uow: UnitOfWork, station_id: UUID) -> None:
    """Leave a proposal how the station's work could be shared more evenly, to be looked at, applied or dropped."""
    key = derived_id("demo", "zoning", str(station_id))
    zoning.keep(uow, drafting.draft(uow, station_id=station_id, proposal_id=key))


def stories_of(seed: StationSeed, people: Sequence[Person], now: datetime) -> list[Story]:
    """Return what happened at a station of the demo, as of a moment (aware)."""
    past, live = ORDERS[seed]
    return tell(f"{SEED} {seed.code}", now, cast_of(seed, people), past=past, live=live)


def cast_of(seed: StationSeed, people: Sequence[Person]) -> Cast:
    """Find who acts in the stories of a station."""
    mine = [person for person in people if person.region == seed.region_code]
    desk = {(person.role, person.place): person.login for person in mine if not person.is_technician}
    technicians = [person for person in mine if person.is_technician]
    leaders: dict[str, str] = {}
    hands: dict[str, tuple[str, ...]] = {}
    for group in seed.groups:
        own = [person for person in technicians if person.place == group.code]
        for zone in group.zones:
            leaders[zone.code] = desk[Role.GROUP_LEADER, group.code]
            answering = [person.login for person in own if zone.code in person.zones]
            hands[zone.code] = (*answering, *(person.login for person in own if zone.code not in person.zones))
    return Cast(
        desk[Role.AGENT, seed.region_code],
        desk[Role.STATION_MANAGER, seed.code],
        leaders,
        hands,
        {person.login: frozenset(skill for skill, _ in person.skills) for person in technicians},
    )
