"""Finds who can be asked: the person named, whoever holds the skill now, and those above the order."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from dispatch.accounts import queries as accounts
from dispatch.consultations.book import Asking
from dispatch.consultations.standing import Expert, Rung, choose
from dispatch.people import queries as people
from dispatch.people.eligibility import is_eligible
from dispatch.people.presence import availability_of
from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from kernel.actor import Role
from kernel.unit_of_work import Reading


class Placed(Protocol):
    """Something that lies in the territory, such as an order."""

    @property
    def region_id(self) -> UUID:
        """Its region."""

    @property
    def station_id(self) -> UUID | None:
        """Its station."""

    @property
    def group_id(self) -> UUID | None:
        """Its group."""


def asked_in(reading: Reading, askings: Sequence[Asking]) -> dict[UUID, list[tuple[UUID, bool]]]:
    """Return whom each of these questions is for, and whether they are on duty now; nobody, where nobody fits.

    Seven statements for any number, and one for each skill that is asked for.
    """
    named = {one.user_id for one in askings if one.user_id is not None}
    contacts = accounts.contacts_of(reading, named) if named else {}
    found: dict[UUID, list[tuple[UUID, bool]]] = {}
    for one in askings:
        person = None if one.user_id is None else contacts.get(one.user_id)
        fits = person is not None and person.active and person.region_id == one.order.region_id
        found[one.id] = [(person.id, True)] if person is not None and fits and person.id != one.asked_by else []
    wanted = [one for one in askings if one.skill is not None]
    if not wanted:
        return found
    timezones = territory.timezones_of(reading, {one.order.region_id for one in wanted})
    crowds = {
        key: people.who_hold(reading, region_id=key[0], skill=key[1])
        for key in sorted({(one.order.region_id, one.skill or "") for one in wanted})
    }
    ids = {one.id for crowd in crowds.values() for one in crowd}
    there = availability_of(reading, ids, reading.now, reading.now + timedelta(seconds=1))
    for one in wanted:
        zone = ZoneInfo(timezones[one.order.region_id])
        experts = [
            Expert(
                person.id,
                next(held.level for held in person.skills if held.skill == one.skill),
                person.group_id == one.order.group_id,
                person.station_id == one.order.station_id,
                there[person.id].gap(reading.now, reading.now) is None,
            )
            for person in crowds[one.order.region_id, one.skill or ""]
            if person.id != one.asked_by
            and is_eligible(person.skills, one.skill, reading.now, zone, level=one.min_level)
        ]
        found[one.id] = [(expert.user_id, expert.on_duty) for expert in choose(experts)]
    return found


def above(reading: Reading, places: Collection[Placed]) -> Mapping[tuple[UUID | None, Rung], tuple[UUID, ...]]:
    """Return who leads each group, and who is above each station, keyed by group and by station.

    One statement, and one for each region: a group's leader; a station's manager with regional operations.
    """
    ids = {one.group_id for one in places} | {one.station_id for one in places}
    duties = territory.holders(reading, [one for one in ids if one is not None], reading.now)
    operations = {
        region_id: accounts.holders_of(reading, Role.REGIONAL_OPERATIONS, region_id)
        for region_id in sorted({one.region_id for one in places})
    }
    found: dict[tuple[UUID | None, Rung], tuple[UUID, ...]] = {}
    for one in places:
        leader = duties.get(one.group_id, {}).get(DutyKind.GROUP_LEADER) if one.group_id else None
        manager = duties.get(one.station_id, {}).get(DutyKind.STATION_MANAGER) if one.station_id else None
        found[one.group_id, Rung.LEADER] = () if leader is None else (leader,)
        found[one.station_id, Rung.ABOVE] = (*(() if manager is None else (manager,)), *operations[one.region_id])
    return found
