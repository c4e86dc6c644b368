"""What can be done with absences: ask for one, approve it, refuse it, cancel it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.accounts import queries as accounts
from dispatch.notifications.notice import Notice, Term
from dispatch.notifications.service import tell
from dispatch.people import errors
from dispatch.people.authority import LEADERS, Staff, check_role, holds_role, present
from dispatch.people.availability import AbsenceKind
from dispatch.people.events import AbsenceApproved, AbsenceCancelled
from dispatch.people.leading import leaders_of
from dispatch.people.models import AbsenceRow, Technician
from dispatch.people.queries import in_scope
from dispatch.people.roster.keeping import announce_people
from dispatch.people.rules.queries import rules_of
from dispatch.people.states import STANDING, AbsenceStatus
from dispatch.texts import line, optional_line
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork


def request_absence(
    uow: UnitOfWork,
    *,
    technician_id: UUID,
    kind: AbsenceKind,
    start_at: datetime,
    end_at: datetime,
    reason: str | None = None,
    approve: bool = False,
    absence_id: UUID | None = None,
) -> UUID:
    """Ask for somebody to be away from a moment until before another (aware), and return the absence's id.

    Technicians ask for themselves, whoever leads them also in their place, and may `approve` at once. Asked again with the same
    `absence_id`, nothing changes.

    Raises:
        NotFound (people.unknown); Conflict (people.left); Forbidden (forbidden, people.own_absence);
        Invalid (people.span_wrong, people.in_the_past, invalid), with the path;
        Conflict (people.absence_overlaps): they are away then already, or have asked to be.
    """
    who = present(uow, technician_id)
    if technician_id != uow.actor.user_id:
        check_role(uow, who.places, LEADERS)
    if absence_id is not None and _is_there(uow, absence_id, technician_id):
        return absence_id
    _check_span(uow, who, start_at, end_at)
    taken = uow.session.execute(
        select(AbsenceRow.start_at, AbsenceRow.end_at).where(
            AbsenceRow.technician_id == technician_id,
            AbsenceRow.status.in_([status.value for status in STANDING]),
            AbsenceRow.end_at > start_at,
            AbsenceRow.start_at < end_at,
        )
    ).first()
    if taken is not None:
        detail = f"from {taken.start_at:%Y-%m-%dT%H:%MZ} to {taken.end_at:%Y-%m-%dT%H:%MZ}"
        raise errors.ABSENCE_OVERLAPS(detail, path="/start_at")
    row = {
        "id": absence_id or uow.new_id(),
        "region_id": who.region_id,
        "technician_id": technician_id,
        "kind": kind.value,
        "start_at": start_at,
        "end_at": end_at,
        "reason": optional_line(reason, longest=500, path="/reason"),
        "status": AbsenceStatus.REQUESTED.value,
        "requested_by": uow.actor.user_id,
        "requested_at": uow.now,
    }
    insert_rows(uow.session, AbsenceRow, [row])
    key: UUID = row["id"]  # type: ignore[assignment]
    announce_people(uow, who.region_id, [technician_id])
    if approve:
        approve_absence(uow, absence_id=key)
    else:
        _tell(uow, "people.absence_requested", key, row, leaders_of(uow, [who])[who.id])
    return key


def approve_absence(uow: UnitOfWork, *, absence_id: UUID, reason: str | None = None) -> None:
    """Approve an absence; the rooms above are told, so that work finds somebody else. Harmless when repeated.

    Raises:
        NotFound (people.absence_unknown); Forbidden (forbidden, people.own_absence);
        Conflict (people.absence_decided): it was refused or cancelled.
    """
    row = _decidable(uow, absence_id)
    if row.status == AbsenceStatus.APPROVED.value:
        return
    if row.status != AbsenceStatus.REQUESTED.value:
        raise errors.ABSENCE_DECIDED()
    _decide(uow, row, AbsenceStatus.APPROVED, optional_line(reason, longest=500, path="/reason"))
    kind = AbsenceKind(row.kind)
    uow.publish(AbsenceApproved(row.id, row.technician_id, row.region_id, kind, row.start_at, row.end_at))
    _tell(uow, "people.absence_approved", row.id, row._mapping, (row.technician_id,))


def refuse_absence(uow: UnitOfWork, *, absence_id: UUID, reason: str) -> None:
    """Refuse an absence that was asked for, with the reason. Harmless when repeated.

    Raises what `approve_absence` raises, and Invalid (invalid) for lack of a reason.
    """
    why = line(reason, longest=500, path="/reason")
    row = _decidable(uow, absence_id)
    if row.status == AbsenceStatus.REFUSED.value:
        return
    if row.status != AbsenceStatus.REQUESTED.value:
        raise errors.ABSENCE_DECIDED()
    _decide(uow, row, AbsenceStatus.REFUSED, why)
    _tell(uow, "people.absence_refused", row.id, {**row._mapping, "reason": why}, (row.technician_id,))


def cancel_absence(uow: UnitOfWork, *, absence_id: UUID, reason: str | None = None) -> None:
    """Cancel an absence that is not over: one's own, or as who leads them. Harmless when repeated.

    Raises NotFound (people.absence_unknown), Forbidden (forbidden), Conflict (people.absence_decided): refused, or over.
    """
    row = _locked(uow, absence_id)
    if row.technician_id != uow.actor.user_id and not holds_role(uow, _staff(row).places, LEADERS):
        raise FORBIDDEN()
    if row.status == AbsenceStatus.CANCELLED.value:
        return
    if row.status == AbsenceStatus.REFUSED.value or row.end_at <= uow.now:
        raise errors.ABSENCE_DECIDED()
    _decide(uow, row, AbsenceStatus.CANCELLED, optional_line(reason, longest=500, path="/reason"))
    if row.status == AbsenceStatus.APPROVED.value:
        uow.publish(AbsenceCancelled(row.id, row.technician_id, row.region_id, row.start_at, row.end_at))


def _is_there(uow: UnitOfWork, absence_id: UUID, technician_id: UUID) -> bool:
    owner = uow.session.scalar(select(AbsenceRow.technician_id).where(AbsenceRow.id == absence_id))
    if owner not in (None, technician_id):
        raise errors.ABSENCE_UNKNOWN(path="/id")
    return owner is not None


def _check_span(uow: UnitOfWork, who: Staff, start_at: datetime, end_at: datetime) -> None:
    rules = rules_of(uow, [who.region_id])[who.region_id]
    if not timedelta(0) < end_at - start_at <= timedelta(days=rules.absence_days_at_most):
        raise errors.SPAN_WRONG(f"at most {rules.absence_days_at_most} days", path="/end_at")
    if start_at < uow.now - timedelta(days=rules.absence_back_days):
        raise errors.IN_THE_PAST(f"at most {rules.absence_back_days} days back", path="/start_at")


def _locked(uow: UnitOfWork, absence_id: UUID) -> Any:
    """Lock an absence in scope and return it with where its technician works now."""
    names = ("id", "region_id", "technician_id", "kind", "start_at", "end_at", "reason", "status")
    columns = (getattr(AbsenceRow, name) for name in names)
    row = uow.session.execute(
        select(*columns, Technician.station_id, Technician.group_id, Technician.left_at)
        .join(Technician, Technician.id == AbsenceRow.technician_id)
        .where(AbsenceRow.id == absence_id, in_scope(uow))
        .with_for_update(of=AbsenceRow)
    ).one_or_none()
    if row is None:
        raise errors.ABSENCE_UNKNOWN()
    return row


def _staff(row: Any) -> Staff:
    return Staff(row.technician_id, row.region_id, row.station_id, row.group_id, row.left_at)


def _decidable(uow: UnitOfWork, absence_id: UUID) -> Any:
    row = _locked(uow, absence_id)
    check_role(uow, _staff(row).places, LEADERS)
    if row.technician_id == uow.actor.user_id:
        raise errors.OWN_ABSENCE()
    return row


def _decide(uow: UnitOfWork, row: Any, status: AbsenceStatus, why: str | None) -> None:
    uow.session.execute(
        update(AbsenceRow)
        .where(AbsenceRow.id == row.id)
        .values(status=status.value, decided_by=uow.actor.user_id, decided_at=uow.now, decided_why=why)
        .execution_options(synchronize_session=False)
    )
    announce_people(uow, row.region_id, [row.technician_id])


def _tell(uow: UnitOfWork, template: str, absence_id: UUID, row: Any, to: tuple[UUID, ...]) -> None:
    person = accounts.contacts_of(uow, [row["technician_id"]])[row["technician_id"]]
    values = {
        "name": person.name,
        "kind": Term(f"people.{AbsenceKind(row['kind']).value}"),
        "start_at": row["start_at"],
        "end_at": row["end_at"],
        "reason": row["reason"] or "-",
    }
    tell(uow, [Notice(template, f"{template}:{absence_id}", to, values, row["region_id"])])
