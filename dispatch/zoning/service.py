"""What can be done with zoning proposals: keep one, edit it by hand, apply it as one, undo it as one, discard it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.territory.events import OpenOrders
from dispatch.territory.ground_plan import lock_station
from dispatch.territory.locking import check_version, check_working, check_writer, locked
from dispatch.territory.places import Places
from dispatch.zoning import errors
from dispatch.zoning.applying import put_into_effect, take_back
from dispatch.zoning.basis import Basis
from dispatch.zoning.loading import load_basis
from dispatch.zoning.models import ZoningProposal
from dispatch.zoning.plan import Edit, Plan, edited
from dispatch.zoning.queries import in_scope
from dispatch.zoning.state import State
from dispatch.zoning.status import ProposalStatus
from kernel.actor import Level
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

NAMED = 20
"""Changes that a refusal names; it counts all."""


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A proposal that was made from a station as it was a moment ago; see `drafting.draft`."""

    id: UUID | None
    station_id: UUID
    basis: Basis
    plan: Plan


def keep(uow: UnitOfWork, new: NewProposal) -> UUID:
    """Keep a proposal, and return its id. One that is there already, of the same station, stays as it is.

    Raises:
        NotFound (territory.station_unknown); Forbidden (forbidden); Conflict (territory.retired, zoning.id_taken);
        Conflict (zoning.changed): the station is no longer as it was when the proposal was made.
    """
    row = locked(uow, Level.STATION, new.station_id)
    check_working(row)
    key = new.id or uow.new_id()
    before = uow.session.scalar(select(ZoningProposal.station_id).where(ZoningProposal.id == key))
    if before is not None:
        if before != new.station_id:
            raise errors.ID_TAKEN(path="/id")
        return key
    _check_same(State.of(new.basis), _present(uow, new.station_id), errors.CHANGED)
    values = {
        "id": key,
        "region_id": row.region_id,
        "station_id": new.station_id,
        "status": ProposalStatus.DRAFT.value,
        "basis": new.basis.dump(),
        "plan": new.plan.dump(),
        "version": 1,
        "created_by": uow.actor.user_id,
        "created_at": uow.now,
    }
    insert_rows(uow.session, ZoningProposal, [values])
    return key


def edit(uow: UnitOfWork, *, proposal_id: UUID, edits: tuple[Edit, ...], expected_version: int | None = None) -> int:
    """Change a draft by hand, and return its version.

    Raises:
        NotFound (zoning.unknown); Forbidden (forbidden); Stale (stale); Conflict (zoning.not_a_draft);
        Invalid: see `plan.edited`.
    """
    row = _locked(uow, proposal_id)
    check_version(row, expected_version)
    _check_draft(row)
    plan = edited(Plan.load(row.plan), Basis.load(row.basis), edits)
    if plan == Plan.load(row.plan):
        return int(row.version)
    return _write(uow, row, plan=plan.dump())


def apply(
    uow: UnitOfWork,
    *,
    proposal_id: UUID,
    open_orders: OpenOrders | None = None,
    size_reason: str | None = None,
    expected_version: int | None = None,
) -> int:
    """Put a proposal into effect, as one, and return its version: groups opened, people and zones moved, managers appointed.

    Applied again, nothing changes.

    Raises:
        NotFound (zoning.unknown); Forbidden (forbidden); Stale (stale); Conflict (zoning.not_a_draft);
        Conflict (zoning.changed): the station is no longer as it was when the proposal was made; what changed is named;
        and what `moving.move_zones`, `appointing.appoint_many` and `people.move_to_group` raise.
    """
    row = _locked(uow, proposal_id)
    if row.status == ProposalStatus.APPLIED:
        return int(row.version)
    check_version(row, expected_version)
    _check_draft(row)
    basis = Basis.load(row.basis)
    _check_same(State.of(basis), _present(uow, row.station_id), errors.CHANGED)
    done = put_into_effect(
        uow, row.station_id, basis, Plan.load(row.plan), open_orders=open_orders, size_reason=size_reason
    )
    applied = {"state": _present(uow, row.station_id).dump(), **done}
    return _write(
        uow, row, status=ProposalStatus.APPLIED.value, applied=applied, applied_by=uow.actor.user_id, applied_at=uow.now
    )


def undo(
    uow: UnitOfWork,
    *,
    proposal_id: UUID,
    open_orders: OpenOrders | None = None,
    expected_version: int | None = None,
) -> int:
    """Take back what was applied, as one, and return the proposal's version; who answered meanwhile stays on record.

    Undone again, nothing changes.

    Raises:
        NotFound (zoning.unknown); Forbidden (forbidden); Stale (stale); Conflict (zoning.not_applied);
        Conflict (zoning.changed_since): something else has changed since; it is named;
        and what `moving.move_zones`, `appointing.appoint_many` and `people.move_to_group` raise.
    """
    row = _locked(uow, proposal_id)
    if row.status == ProposalStatus.UNDONE:
        return int(row.version)
    check_version(row, expected_version)
    if row.status != ProposalStatus.APPLIED:
        raise errors.NOT_APPLIED()
    _check_same(State(**row.applied["state"]), _present(uow, row.station_id), errors.CHANGED_SINCE)
    take_back(uow, Basis.load(row.basis), Plan.load(row.plan), row.applied, open_orders=open_orders)
    return _write(uow, row, status=ProposalStatus.UNDONE.value, undone_by=uow.actor.user_id, undone_at=uow.now)


def discard(uow: UnitOfWork, *, proposal_id: UUID, expected_version: int | None = None) -> None:
    """Drop a draft; it stays on record. Discarded again, nothing changes.

    Raises NotFound (zoning.unknown), Forbidden (forbidden), Stale (stale), Conflict (zoning.not_a_draft).
    """
    row = _locked(uow, proposal_id)
    if row.status == ProposalStatus.DISCARDED:
        return
    check_version(row, expected_version)
    _check_draft(row)
    _write(uow, row, status=ProposalStatus.DISCARDED.value)


def _locked(uow: UnitOfWork, proposal_id: UUID) -> Any:
    """Lock a proposal in scope that the actor may change."""
    row = uow.session.execute(
        select(*ZoningProposal.__table__.columns)
        .where(ZoningProposal.id == proposal_id, in_scope(uow))
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    check_writer(uow, Places(row.region_id, row.station_id))
    return row


def _check_draft(row: Any) -> None:
    if row.status != ProposalStatus.DRAFT:
        raise errors.NOT_A_DRAFT(f"it is {row.status}")


def _present(uow: UnitOfWork, station_id: UUID) -> State:
    """Read how the station stands, after locking all that a proposal may change."""
    lock_station(uow, station_id)
    return State.of(load_basis(uow, station_id, days=1, subscriber_percent=50, with_ground=False))


def _check_same(before: State, now: State, refusal: Any) -> None:
    changes = before.changed_to(now)
    if changes:
        raise refusal(
            f"{len(changes)} things changed",
            changed=len(changes),
            changes=[{"kind": one.kind, "id": one.id, "what": one.what.value} for one in changes[:NAMED]],
        )


def _write(uow: UnitOfWork, row: Any, **values: Any) -> int:
    version: int = row.version + 1
    uow.session.execute(update(ZoningProposal).where(ZoningProposal.id == row.id).values(version=version, **values))
    return version
