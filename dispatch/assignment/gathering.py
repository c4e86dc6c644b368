"""Gathers all that a ranking needs, for many orders and thousands of people with a constant number of statements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select

from dispatch.accounts import queries as accounts
from dispatch.assignment.rule_of import rules_for
from dispatch.assignment.rules import AssignmentRule, Nearness
from dispatch.assignment.travel import Point
from dispatch.assignment.work import Booking, Person, Whereabouts, Work
from dispatch.customers import queries as customers
from dispatch.people import queries as people
from dispatch.people.presence import Home, availability_of
from dispatch.people.spans import Span
from dispatch.people.workforce import WHO, workers
from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from dispatch.territory.places import Places
from dispatch.work_orders import catalogue, engagements
from dispatch.work_orders.crew_keeping import load_crews
from dispatch.work_orders.workload import Demand
from kernel.unit_of_work import Reading

DAY = timedelta(days=1)
FARTHEST = timedelta(days=31)
"""How far ahead rosters and absences are looked at."""


@dataclass(frozen=True, slots=True)
class Case:
    """An order that somebody is looked for: what it asks, the rule that counts there, and who is looked at.

    `crowd` is shared by the cases of one place, so that who gets one order has more to do when the next is decided.
    """

    demand: Demand
    work: Work
    rule: AssignmentRule
    crowd: dict[UUID, Person]


def cases_of(
    reading: Reading,
    demands: Collection[Demand],
    *,
    reach: Nearness | None = None,
    also: Collection[UUID] = (),
) -> dict[UUID, Case]:
    """Return the case of each of these orders. About twenty statements for any number of orders and people.

    People are looked for as far as the rule says, or as `reach`; those of `also` are looked at wherever they work. Only those
    within the caller's scope.
    """
    rules = rules_for(reading, {one.places for one in demands})
    reaches = {one.order_id: reach or rules[one.places].reach for one in demands}
    zones = {one.places.zone_id for one in demands if one.places.zone_id is not None}
    owners = territory.holders(reading, zones, reading.now)
    works = _works(reading, demands, rules, reaches, owners)
    wide = {one.places.region_id for one in demands if reaches[one.order_id] is Nearness.REGION}
    stations = {one.places.station_id for one in demands if one.places.station_id is not None}
    answering = {user_id for each in owners.values() for user_id in each.values()}
    who = workers(reading, station_ids=stations, region_ids=wide, also=answering | set(also))
    everybody = _people(reading, who, works.values(), list(rules.values()))
    crowds: dict[UUID | None, dict[UUID, Person]] = {}
    found = {}
    for one in demands:
        key = one.places.region_id if reaches[one.order_id] is Nearness.REGION else one.places.station_id
        if key not in crowds:
            crowds[key] = _crowd(everybody, key, answering | set(also))
        found[one.order_id] = Case(one, works[one.order_id], rules[one.places], crowds[key])
    return found


def _crowd(everybody: Collection[Person], place_id: UUID | None, also: Collection[UUID]) -> dict[UUID, Person]:
    place = None if place_id is None else place_id.int
    always = {one.int for one in also}
    return {
        one.id: one
        for one in everybody
        if one.station_id.int == place
        or one.id.int in always
        or (one.region_id is not None and one.region_id.int == place)
    }


def _works(
    reading: Reading,
    demands: Collection[Demand],
    rules: Mapping[Places, AssignmentRule],
    reaches: Mapping[UUID, Nearness],
    owners: Mapping[UUID, Mapping[DutyKind, UUID]],
) -> dict[UUID, Work]:
    regions = {one.places.region_id for one in demands}
    timezones = territory.timezones_of(reading, regions)
    gaps = {key: one.rules.travel_minutes for key, one in catalogue.rules_of(reading, regions).items()}
    sites = _points(reading, {one.site_id for one in demands if one.site_id is not None})
    days = max((one.continuity_days for one in rules.values()), default=0)
    known = {one.customer_id for one in demands if one.customer_id is not None}
    served = engagements.served(reading, known, reading.now - timedelta(days=days))
    order_ids = [one.order_id for one in demands]
    declined = engagements.declines_of(reading, order_ids)
    crews, _ = load_crews(reading, order_ids)
    found = {}
    for one in demands:
        duties = owners.get(one.places.zone_id, {}) if one.places.zone_id is not None else {}
        rule, begins = rules[one.places], one.window_start_at or reading.now
        agreed = one.window_start_at is not None and one.window_end_at is not None
        window = Span(one.window_start_at, one.window_end_at) if agreed else None  # type: ignore[arg-type]
        found[one.order_id] = Work(
            one.places,
            duties.get(DutyKind.ZONE_MANAGER),
            one.skill,
            max(begins, reading.now),
            ZoneInfo(timezones[one.places.region_id]),
            window if window is not None and window.end > reading.now else None,
            _due(one, rule, reading.now),
            timedelta(minutes=one.minutes),
            duties.get(DutyKind.DEPUTY),
            one.order_id,
            None if one.site_id is None else sites.get(one.site_id),
            frozenset(each.user_id for each in declined.get(one.order_id, ())),
            frozenset() if one.customer_id is None else served.get(one.customer_id, frozenset()),
            frozenset(crews.members(one.order_id)),
            one.crew_size,
            reaches[one.order_id],
            timedelta(minutes=gaps[one.places.region_id]),
        )
    return found


def _due(demand: Demand, rule: AssignmentRule, now: datetime) -> datetime:
    """Return until when somebody may come for whom nothing is agreed; what is overdue waits no longer than a new order."""
    if demand.due_at is not None and demand.due_at > now:
        return min(demand.due_at, now + FARTHEST)
    return now + timedelta(hours=rule.horizon_hours)


def _points(reading: Reading, site_ids: Collection[UUID]) -> dict[UUID, Point]:
    """Return where these sites are, as far as that is known. One statement, none without sites."""
    if not site_ids:
        return {}
    return {
        one["id"]: Point(one["lat"], one["lon"])
        for one in customers.sites_of(reading, site_ids).values()
        if one["lat"] is not None and one["lon"] is not None
    }


def _people(
    reading: Reading, who: Select[Any], works: Collection[Work], rules: Collection[AssignmentRule]
) -> list[Person]:
    lately = reading.now - timedelta(days=max((one.recent_days for one in rules), default=0))
    statement = accounts.with_names(who, WHO).add_columns(
        engagements.in_hand(WHO), engagements.given_since(WHO, lately)
    )
    rows = reading.session.execute(statement).all()
    homes = [Home(row[0], row[3], row[2]) for row in rows]
    ids = [one.technician_id for one in homes]
    start = min((one.at for one in works), default=reading.now)
    end = max((one.window.end if one.window is not None else one.due_at or one.at for one in works), default=start)
    skills = people.held_skills(reading, ids, sorted({one.skill for one in works if one.skill is not None}))
    there = availability_of(reading, ids, start, end, homes=homes)
    bookings = _bookings(reading, ids, start - DAY, end + DAY)
    hours = max((one.position_hours for one in rules), default=0)
    fixes = engagements.last_fixes(reading, ids, reading.now - timedelta(hours=hours))
    return [
        Person(
            key,
            name,
            station_id,
            group_id,
            skills.get(key, ()),
            load,
            left_at is not None,
            active,
            region_id,
            there[key],
            bookings.get(key, ()),
            _whereabouts(fixes.get(key)),
            None if lat is None or lon is None else Point(lat, lon),
            recent,
        )
        for key, region_id, station_id, group_id, left_at, lat, lon, name, active, load, recent in rows
    ]


def _whereabouts(fix: engagements.LastFix | None) -> Whereabouts | None:
    return None if fix is None else Whereabouts(Point(fix.lat, fix.lon), fix.at)


def _bookings(
    reading: Reading, ids: Collection[UUID], since: datetime, until: datetime
) -> dict[UUID, tuple[Booking, ...]]:
    mine = engagements.engagements_of(reading, ids, since, until)
    sites = _points(reading, {one.site_id for each in mine.values() for one in each if one.site_id is not None})
    return {
        key: tuple(
            Booking(one.order_id, one.start_at, one.end_at, None if one.site_id is None else sites.get(one.site_id))
            for one in each
        )
        for key, each in mine.items()
    }
