"""An incident opened for a change: locked, with who asks, and its log to be written."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.incidents import errors
from dispatch.incidents.lifecycle import State
from dispatch.incidents.models import IncidentUpdate, MajorIncident
from dispatch.incidents.queries import in_scope
from dispatch.work_orders.lifecycle import DISPATCHERS
from kernel import errors as kernel_errors
from kernel.actor import Actor, Grant, Level, Role
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

FURTHEST = timedelta(days=30)
"""How far ahead the next news may be promised."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command on an incident came to."""

    incident_id: UUID
    state: State
    version: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log to be: a command's, under its id."""

    id: UUID
    kind: str
    text: str | None
    data: Mapping[str, Any]
    digest: bytes


def entry_of(
    uow: UnitOfWork, about: UUID | None, kind: str, command_id: UUID | None, text: str | None, data: Mapping[str, Any]
) -> Entry:
    """Make the entry of a command; its digest tells whether one that comes again under its id is the same."""
    said = json.dumps([str(about), kind, text, dict(data)], sort_keys=True, default=str).encode()
    return Entry(command_id or uow.new_id(), kind, text, data, hashlib.sha256(said).digest())


def answered_before(uow: UnitOfWork, entry: Entry) -> Outcome | None:
    """Return what this command came to the first time. Raises Conflict (incident.command_reused)."""
    columns = (IncidentUpdate.incident_id, IncidentUpdate.user_id, IncidentUpdate.digest, IncidentUpdate.data)
    before = uow.session.execute(select(*columns).where(IncidentUpdate.id == entry.id)).one_or_none()
    if before is None:
        return None
    if (before.digest, before.user_id) != (entry.digest, uow.actor.user_id):
        raise errors.COMMAND_REUSED(path="/command_id")
    return Outcome(before.incident_id, State(before.data["state"]), before.data["version"])


def open_incident(uow: UnitOfWork, incident_id: UUID, *, expected_version: int | None = None) -> MajorIncident:
    """Return an incident, locked, for its commander or who dispatches at its places.

    Raises:
        NotFound (incident.unknown); Forbidden (incident.not_allowed); Stale (stale).
    """
    found = uow.session.scalars(
        select(MajorIncident).where(MajorIncident.id == incident_id, in_scope(uow)).with_for_update()
    ).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    uow.session.refresh(found)
    held = uow.actor.roles_over(found.region_id, found.station_id, found.group_id, None)
    if found.commander_id != uow.actor.user_id and held.isdisjoint(DISPATCHERS | {Role.ADMINISTRATOR}):
        raise errors.NOT_ALLOWED()
    if expected_version is not None and expected_version != found.version:
        raise kernel_errors.STALE(f"the incident is at version {found.version}")
    return found


def write(uow: UnitOfWork, incident: MajorIncident, entry: Entry, **changes: Any) -> Outcome:
    """Write what changed of an incident, and its log. Two statements."""
    version = incident.version + 1
    values = {**changes, "version": version, "updated_at": uow.now}
    uow.session.execute(
        update(MajorIncident)
        .where(MajorIncident.id == incident.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    uow.session.expire(incident)
    log(uow, incident.region_id, incident.id, entry, changes.get("state", incident.state), version)
    return Outcome(incident.id, State(changes.get("state", incident.state)), version)


def log(uow: UnitOfWork, region_id: UUID, incident_id: UUID, entry: Entry, state: str, version: int) -> None:
    """Put an entry into the log of an incident."""
    row = {
        "id": entry.id,
        "region_id": region_id,
        "incident_id": incident_id,
        "kind": entry.kind,
        "text": entry.text,
        "user_id": uow.actor.user_id,
        "at": uow.now,
        "data": {**entry.data, "state": state, "version": version},
        "digest": entry.digest,
    }
    if not insert_rows(uow.session, IncidentUpdate, [row], on_conflict="(id) DO NOTHING", returning=["id"]):
        raise kernel_errors.UNAVAILABLE("the same command is being carried out")  # asked again, it gets its answer


def check_promise(uow: UnitOfWork, next_update_at: datetime | None) -> None:
    """Check when the next news is promised. Raises Invalid (incident.update_time), with its path."""
    if next_update_at is not None and not uow.now < next_update_at <= uow.now + FURTHEST:
        raise errors.UPDATE_TIME(path="/next_update_at")


def promise(next_update_at: datetime | None) -> dict[str, Any]:
    """Return what a promise of news changes: when it is due, and that nobody was reminded of it yet."""
    return {"next_update_at": next_update_at, "remind_at": next_update_at, "reminders": 0}


def as_commander(uow: UnitOfWork, region_id: UUID) -> UnitOfWork:
    """Let the actor act as a group leader over orders of this region, in the same transaction and under their own name.

    For orders that belong to an incident which the actor may command, and for nothing else: gathering them under a commander is
    what makes it right, whatever group they are of.
    """
    grant = Grant(Role.GROUP_LEADER, Level.REGION, region_id)
    actor = Actor.person(
        uow.actor.user_id,
        uow.actor.region_id,
        [*uow.actor.grants, grant],
        locale=uow.actor.locale,
        device_id=uow.actor.device_id,
    )
    return replace(uow, actor=actor)
