"""Reminds of news that was promised and has not come: first the commander, then those above."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from dispatch.accounts import queries as accounts
from dispatch.incidents.models import IncidentUpdate, MajorIncident
from dispatch.incidents.notices import values_of
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from kernel.actor import SYSTEM_USER, Role
from kernel.bulk import insert_rows, update_rows
from kernel.unit_of_work import UnitOfWork

THEN = timedelta(minutes=30)
"""How long after the commander those above are told."""
COMMANDER, ABOVE = 0, 1


def remind(uow: UnitOfWork, *, limit: int) -> int:
    """Remind of the promised news that is due, and return of how many incidents. A few statements, and one for each region.

    Reads an index of what is due: the commander at the promised time, station manager and regional operations half an hour later.
    """
    due = uow.session.scalars(
        select(MajorIncident)
        .where(MajorIncident.remind_at <= uow.now)
        .order_by(MajorIncident.remind_at, MajorIncident.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not due:
        return 0
    names = accounts.contacts_of(uow, {one.commander_id for one in due})
    above = _above(uow, [one for one in due if one.reminders == ABOVE])
    notices, rows, entries = [], [], []
    for one in due:
        people = (one.commander_id,) if one.reminders == COMMANDER else above[one.id]
        promised = one.next_update_at
        assert promised is not None
        notices.append(
            Notice(
                "incidents.overdue",
                f"incident:{one.id}:{promised:%Y%m%dT%H%M%S}:{one.reminders}",
                people,
                values_of(one, names[one.commander_id].name, promised, None),
                one.region_id,
                urgent=True,
            )
        )
        next_look = promised + THEN if one.reminders == COMMANDER else None
        rows.append({"id": one.id, "remind_at": next_look, "reminders": one.reminders + 1})
        data = {"to": [str(user_id) for user_id in people], "promised_at": promised.isoformat()}
        entries.append(
            {
                "id": uow.new_id(),
                "region_id": one.region_id,
                "incident_id": one.id,
                "kind": "overdue",
                "text": None,
                "user_id": SYSTEM_USER,
                "at": uow.now,
                "data": {**data, "state": one.state, "version": one.version},
                "digest": None,
            }
        )
    update_rows(uow.session, MajorIncident, rows, key=["id"])
    insert_rows(uow.session, IncidentUpdate, entries)
    tell(uow, notices)
    return len(due)


def _above(uow: UnitOfWork, incidents: list[MajorIncident]) -> Mapping[UUID, tuple[UUID, ...]]:
    """Return who is above each of these incidents: station managers, regional operations."""
    if not incidents:
        return {}
    stations = {one.station_id for one in incidents if one.station_id is not None}
    duties = territory.holders(uow, stations, uow.now)
    operations = {
        region_id: accounts.holders_of(uow, Role.REGIONAL_OPERATIONS, region_id)
        for region_id in {one.region_id for one in incidents}
    }
    found = {}
    for one in incidents:
        manager = duties.get(one.station_id, {}).get(DutyKind.STATION_MANAGER) if one.station_id else None
        found[one.id] = (*(() if manager is None else (manager,)), *operations[one.region_id])
    return found
