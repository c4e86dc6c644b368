"""What can be done with trials: start them in pilot zones, widen them, roll them out, or give them up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from dispatch.territory import errors, pilot_queries, queries
from dispatch.territory.models import PilotRow, PilotZone, Zone
from dispatch.territory.pilot_events import PilotChanged, PilotStarting
from dispatch.territory.pilots import Pilot, PilotKind, PilotOutcome
from dispatch.texts import line
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork

DECIDERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who decides, over the whole region, what is tried and where."""
LONGEST_REASON = 500


def start_pilot(
    uow: UnitOfWork,
    *,
    region_id: UUID,
    kind: PilotKind,
    subject: str,
    zone_ids: Sequence[UUID],
    reason: str,
    path: str = "",
) -> UUID:
    """Let something count in these zones of a region only, from now on, and return the id of the trial.

    `path` leads to where the fields stand in what the caller was given.

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden);
        Invalid (invalid, territory.pilot_zone_unknown), with the path; what the slice of the subject refuses;
        Conflict (territory.pilot_running): it is being tried already.
    """
    queries.region(uow, region_id)
    _check_decider(uow, region_id)
    subject = line(subject, longest=64, path=f"{path}/subject")
    reason = line(reason, longest=LONGEST_REASON, path=f"{path}/reason")
    _check_zones(uow, region_id, zone_ids, path)
    uow.publish(PilotStarting(region_id, kind, subject))
    key = uow.new_id()
    row = {
        "id": key,
        "region_id": region_id,
        "kind": kind.value,
        "subject": subject,
        "reason": reason,
        "started_at": uow.now,
        "started_by": uow.actor.user_id,
        "ended_at": None,
        "outcome": None,
        "ended_by": None,
        "end_reason": None,
    }
    # Two trials of one thing that begin at once meet at the unique index.
    if not insert_rows(uow.session, PilotRow, [row], on_conflict="DO NOTHING", returning=["id"]):
        raise errors.PILOT_RUNNING(path=f"{path}/subject")
    _add_zones(uow, key, zone_ids, uow.now)
    uow.publish(PilotChanged(key, region_id, kind, subject))
    return key


def widen_pilot(
    uow: UnitOfWork, *, pilot_id: UUID, zone_ids: Sequence[UUID], effective_from: datetime | None = None
) -> None:
    """Let a trial count in more zones, from a moment on (None: now). Zones that are in it stay as they are.

    Raises:
        NotFound (territory.pilot_unknown); Forbidden (forbidden); Conflict (territory.pilot_over);
        Invalid (territory.pilot_zone_unknown, territory.pilot_in_the_past), with the path.
    """
    found = _running(uow, pilot_id)
    begins = effective_from or uow.now
    if begins < uow.now:
        raise errors.PILOT_IN_THE_PAST(path="/effective_from")
    _check_zones(uow, found.region_id, zone_ids)
    _add_zones(uow, pilot_id, zone_ids, begins)
    _tell(uow, found)


def roll_out(uow: UnitOfWork, *, pilot_id: UUID, reason: str) -> None:
    """End a trial by letting it count everywhere from now on.

    Raises NotFound (territory.pilot_unknown); Forbidden (forbidden); Conflict (territory.pilot_over); Invalid (invalid).
    """
    _end(uow, pilot_id, PilotOutcome.FULL, reason)


def stop_pilot(uow: UnitOfWork, *, pilot_id: UUID, reason: str) -> None:
    """End a trial by letting it count nowhere from now on; what began with it keeps it.

    Raises NotFound (territory.pilot_unknown); Forbidden (forbidden); Conflict (territory.pilot_over); Invalid (invalid).
    """
    _end(uow, pilot_id, PilotOutcome.STOPPED, reason)


def _end(uow: UnitOfWork, pilot_id: UUID, outcome: PilotOutcome, reason: str) -> None:
    found = _running(uow, pilot_id)
    values = {
        "ended_at": uow.now,
        "outcome": outcome.value,
        "ended_by": uow.actor.user_id,
        "end_reason": line(reason, longest=LONGEST_REASON, path="/reason"),
    }
    uow.session.execute(update(PilotRow).where(PilotRow.id == pilot_id).values(**values))
    _tell(uow, found)


def _running(uow: UnitOfWork, pilot_id: UUID) -> Pilot:
    """Lock a trial that runs, so that two people do not decide about it at once."""
    uow.session.execute(select(PilotRow.id).where(PilotRow.id == pilot_id).with_for_update())
    found = pilot_queries.pilot(uow, pilot_id)
    _check_decider(uow, found.region_id)
    if found.ended_at is not None:
        raise errors.PILOT_OVER()
    return found


def _tell(uow: UnitOfWork, found: Pilot) -> None:
    uow.publish(PilotChanged(found.id, found.region_id, found.kind, found.subject))


def _check_decider(uow: UnitOfWork, region_id: UUID) -> None:
    if uow.actor.roles_over(region_id, None, None, None).isdisjoint(DECIDERS):
        raise FORBIDDEN()


def _check_zones(uow: UnitOfWork, region_id: UUID, zone_ids: Sequence[UUID], path: str = "") -> None:
    """Refuse no zones at all, and those that are not working zones of the region."""
    if not zone_ids:
        raise errors.PILOT_ZONE_UNKNOWN("a trial needs a zone", path=f"{path}/zone_ids")
    known = set(
        uow.session.scalars(
            select(Zone.id).where(Zone.id.in_(zone_ids), Zone.region_id == region_id, Zone.retired_at.is_(None))
        )
    )
    for place, zone_id in enumerate(zone_ids):
        if zone_id not in known:
            raise errors.PILOT_ZONE_UNKNOWN(path=f"{path}/zone_ids/{place}")


def _add_zones(uow: UnitOfWork, pilot_id: UUID, zone_ids: Sequence[UUID], begins: datetime) -> None:
    rows = [{"pilot_id": pilot_id, "zone_id": zone_id, "valid_from": begins} for zone_id in dict.fromkeys(zone_ids)]
    # A zone that was planned for later may begin sooner.
    insert_rows(
        uow.session,
        PilotZone,
        rows,
        on_conflict="(pilot_id, zone_id) DO UPDATE SET valid_from = excluded.valid_from "
        "WHERE excluded.valid_from < pilot_zones.valid_from",
    )
