"""Tells those concerned of an incident: its people, those above its places, the desk that answers calls, and the customers."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.accounts import queries as accounts
from dispatch.incidents.lifecycle import Severity
from dispatch.incidents.models import IncidentZone, MajorIncident
from dispatch.incidents.queries import DONE_WORDS, linked_orders
from dispatch.notifications.notice import Notice, Term
from dispatch.notifications.service import tell
from dispatch.territory import queries as territory
from dispatch.work_orders.briefs import OrderBrief, holders_of
from kernel.actor import Role
from kernel.unit_of_work import Reading, UnitOfWork

URGENT = frozenset({Severity.MAJOR, Severity.EXTRAORDINARY})
"""How grave an incident must be for its news not to wait for the end of quiet hours."""


def concerned(reading: Reading, incident: MajorIncident, orders: Collection[OrderBrief]) -> tuple[UUID, ...]:
    """Return who is told of an incident: six statements.

    Its commander; whoever has one of its orders that is not done, or is in the crew; who answers for the zones that it reaches,
    their groups and stations; and regional operations with the customer service of these stations and the region.
    """
    zones = reading.session.execute(
        select(IncidentZone.zone_id, IncidentZone.group_id, IncidentZone.station_id).where(
            IncidentZone.incident_id == incident.id
        )
    ).all()
    places = {place for row in zones for place in row} | {incident.group_id, incident.station_id}
    places |= {place for one in orders for place in (one.zone_id, one.group_id, one.station_id)}
    known = sorted(place for place in places if place is not None)
    duties = territory.holders(reading, known, reading.now)
    stations = {incident.station_id, *(row.station_id for row in zones), *(one.station_id for one in orders)} - {None}
    desk = accounts.holders_at(
        reading, (Role.REGIONAL_OPERATIONS, Role.AGENT), [incident.region_id, *(one for one in stations if one)]
    )
    held = holders_of(reading, [one.id for one in orders if one.status not in DONE_WORDS])
    people = [
        incident.commander_id,
        *(user_id for users in held.values() for user_id in users),
        *(user_id for place in known for user_id in duties.get(place, {}).values()),
        *desk,
    ]
    return tuple(dict.fromkeys(people))


def tell_staff(uow: UnitOfWork, incident: MajorIncident, kind: str, key: UUID, text: str | None) -> int:
    """Tell everybody concerned that something happened, and return how many they are."""
    people = concerned(uow, incident, linked_orders(uow, incident.id).values())
    names = accounts.contacts_of(uow, [incident.commander_id])
    notice = Notice(
        f"incidents.{kind}",
        f"incident:{key}",
        people,
        values_of(incident, names[incident.commander_id].name, incident.next_update_at, text),
        incident.region_id,
        urgent=Severity(incident.severity) in URGENT,
    )
    tell(uow, [notice])
    return len(people)


def values_of(
    incident: MajorIncident, commander: str, next_update_at: datetime | None, text: str | None
) -> Mapping[str, Any]:
    """Return what the texts about an incident have places for."""
    return {
        "number": incident.number,
        "title": incident.title,
        "severity": Term(f"incidents.{incident.severity}"),
        "text": text or "",
        "commander": commander,
        "next_update_at": next_update_at or Term("incidents.not_promised"),
    }
