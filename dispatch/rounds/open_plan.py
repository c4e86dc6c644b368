"""A plan opened for a change: locked, for those who may, and its log to be written."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.rounds import errors
from dispatch.rounds.models import RoundEvent, RoundPlan
from dispatch.rounds.queries import in_scope
from dispatch.rounds.standing import PlanState
from dispatch.territory.places import Places
from dispatch.work_orders.lifecycle import DISPATCHERS
from kernel import errors as kernel_errors
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command on a plan came to; `withdrawn` orders that nobody had begun were taken back."""

    plan_id: UUID
    state: PlanState
    version: int
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A command on a plan; its digest tells whether one that comes again under its id is the same."""

    id: UUID
    kind: str
    data: Mapping[str, Any]
    digest: bytes


def asked(uow: UnitOfWork, kind: str, plan_id: UUID | None, command_id: UUID | None, data: Mapping[str, Any]) -> Asked:
    """Make the command of what somebody asks."""
    said = json.dumps([kind, str(plan_id), dict(data)], sort_keys=True, default=str)
    return Asked(command_id or uow.new_id(), kind, json.loads(said)[2], hashlib.sha256(said.encode()).digest())


def answered_before(uow: UnitOfWork, command: Asked) -> Outcome | None:
    """Return what this command came to the first time. Raises Conflict (round.command_reused)."""
    columns = (RoundEvent.plan_id, RoundEvent.user_id, RoundEvent.digest, RoundEvent.data)
    before = uow.session.execute(select(*columns).where(RoundEvent.id == command.id)).one_or_none()
    if before is None:
        return None
    if (before.digest, before.user_id) != (command.digest, uow.actor.user_id):
        raise errors.COMMAND_REUSED(path="/command_id")
    said = before.data
    return Outcome(before.plan_id, PlanState(said["state"]), said["version"], said["withdrawn"])


def check_planner(reading: Reading, places: Places) -> None:
    """Refuse who does not dispatch at a place. Raises Forbidden (forbidden)."""
    held = reading.actor.roles_over(places.region_id, places.station_id, places.group_id, places.zone_id)
    if held.isdisjoint(DISPATCHERS | {Role.ADMINISTRATOR}):
        raise kernel_errors.FORBIDDEN()


def open_plan(uow: UnitOfWork, plan_id: UUID, expected_version: int | None) -> RoundPlan:
    """Return a plan, locked, for who dispatches at its place.

    Raises NotFound (round.unknown), Forbidden (forbidden), Stale (stale).
    """
    found = uow.session.scalars(
        select(RoundPlan).where(RoundPlan.id == plan_id, in_scope(uow)).with_for_update()
    ).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    uow.session.refresh(found)
    check_planner(uow, Places(found.region_id, found.station_id, found.group_id, found.zone_id))
    if expected_version is not None and expected_version != found.version:
        raise kernel_errors.STALE(f"the round is at version {found.version}")
    return found


def log(uow: UnitOfWork, plan: RoundPlan, command: Asked, withdrawn: int = 0) -> Outcome:
    """Put a command into the log of its plan, and return what it came to."""
    outcome = Outcome(plan.id, PlanState(plan.state), plan.version, withdrawn)
    row = {
        "id": command.id,
        "region_id": plan.region_id,
        "plan_id": plan.id,
        "kind": command.kind,
        "user_id": uow.actor.user_id,
        "at": uow.now,
        "data": {**command.data, "state": plan.state, "version": plan.version, "withdrawn": withdrawn},
        "digest": command.digest,
    }
    if not insert_rows(uow.session, RoundEvent, [row], on_conflict="(id) DO NOTHING", returning=["id"]):
        raise kernel_errors.UNAVAILABLE("the same command is being carried out")  # asked again, it gets its answer
    return outcome
