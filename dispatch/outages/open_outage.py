"""An outage opened for a change: locked, for those who may, and its log to be written."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.outages import errors
from dispatch.outages.lifecycle import State
from dispatch.outages.models import OutageEvent, PlannedOutage
from dispatch.outages.queries import in_scope
from dispatch.territory.places import Places
from dispatch.work_orders.lifecycle import DISPATCHERS
from kernel import errors as kernel_errors
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command on an outage came to."""

    outage_id: UUID
    state: State
    version: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A command on an outage; its digest tells whether one that comes again under its id is the same."""

    id: UUID
    kind: str
    data: Mapping[str, Any]
    digest: bytes


def asked(
    uow: UnitOfWork, kind: str, outage_id: UUID | None, command_id: UUID | None, data: Mapping[str, Any]
) -> Asked:
    """Make the command of what somebody asks."""
    said = json.dumps([kind, str(outage_id), dict(data)], sort_keys=True, default=str)
    return Asked(command_id or uow.new_id(), kind, json.loads(said)[2], hashlib.sha256(said.encode()).digest())


def answered_before(uow: UnitOfWork, command: Asked) -> Outcome | None:
    """Return what this command came to the first time. Raises Conflict (outage.command_reused)."""
    columns = (OutageEvent.outage_id, OutageEvent.user_id, OutageEvent.digest, OutageEvent.data)
    before = uow.session.execute(select(*columns).where(OutageEvent.id == command.id)).one_or_none()
    if before is None:
        return None
    if (before.digest, before.user_id) != (command.digest, uow.actor.user_id):
        raise errors.COMMAND_REUSED(path="/command_id")
    return Outcome(before.outage_id, State(before.data["state"]), before.data["version"])


def check_planner(reading: Reading, home: Places) -> None:
    """Refuse who does not dispatch at a place. Raises Forbidden (forbidden)."""
    held = reading.actor.roles_over(home.region_id, home.station_id, home.group_id, None)
    if held.isdisjoint(DISPATCHERS | {Role.ADMINISTRATOR}):
        raise kernel_errors.FORBIDDEN()


def open_outage(uow: UnitOfWork, outage_id: UUID) -> PlannedOutage:
    """Return an outage, locked, for who dispatches at its home. Raises NotFound (outage.unknown), Forbidden (forbidden)."""
    found = uow.session.scalars(
        select(PlannedOutage).where(PlannedOutage.id == outage_id, in_scope(uow)).with_for_update()
    ).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    uow.session.refresh(found)
    check_planner(uow, Places(found.region_id, found.station_id, found.group_id))
    return found


def check_version(outage: PlannedOutage, expected_version: int | None) -> None:
    """Refuse a change that would overwrite somebody else's. Raises Stale (stale)."""
    if expected_version is not None and expected_version != outage.version:
        raise kernel_errors.STALE(f"the outage is at version {outage.version}")


def log(uow: UnitOfWork, outage: PlannedOutage, command: Asked) -> Outcome:
    """Put a command into the log of its outage, and return what it came to."""
    row = {
        "id": command.id,
        "region_id": outage.region_id,
        "outage_id": outage.id,
        "kind": command.kind,
        "user_id": uow.actor.user_id,
        "at": uow.now,
        "data": {**command.data, "state": outage.state, "version": outage.version},
        "digest": command.digest,
    }
    if not insert_rows(uow.session, OutageEvent, [row], on_conflict="(id) DO NOTHING", returning=["id"]):
        raise kernel_errors.UNAVAILABLE("the same command is being carried out")  # asked again, it gets its answer
    return Outcome(outage.id, State(outage.state), outage.version)
