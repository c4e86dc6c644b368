"""Lets people answer for places: appointed from a moment on, revoked before it, relieved with a vacancy that is stated."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from dispatch.accounts import queries as accounts
from dispatch.accounts.service import announce_person
from dispatch.territory import errors
from dispatch.territory.duties import Duty, DutyKind, appointment, own_deputy, revocation, vacancy
from dispatch.territory.events import Appointed
from dispatch.territory.locking import (
    ABOVE_STATIONS,
    WRITERS,
    check_working,
    check_writer,
    locked,
    locked_many,
    places_of,
)
from dispatch.territory.models import PlaceDuty
from dispatch.territory.queries import duties_in_scope
from dispatch.texts import line
from kernel.actor import Level
from kernel.bulk import insert_rows, update_rows
from kernel.unit_of_work import UnitOfWork

LEVEL_OF_DUTY = {
    DutyKind.ZONE_MANAGER: Level.ZONE,
    DutyKind.DEPUTY: Level.ZONE,
    DutyKind.GROUP_LEADER: Level.GROUP,
    DutyKind.STATION_MANAGER: Level.STATION,
}
_OTHER_KIND = {DutyKind.ZONE_MANAGER: DutyKind.DEPUTY, DutyKind.DEPUTY: DutyKind.ZONE_MANAGER}
REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class NewDuty:
    """Somebody who is to answer for a place from a moment on."""

    place_id: UUID
    kind: DutyKind
    user_id: UUID
    valid_from: datetime


def appoint(
    uow: UnitOfWork, *, place_id: UUID, kind: DutyKind, user_id: UUID, valid_from: datetime | None = None
) -> UUID:
    """Let somebody answer for a place from a moment on (None: now), ending the duty of whoever does so far.

    Returns the id of the duty; of the present one if that person holds it already. Raises what `appoint_many` raises.
    """
    return appoint_many(uow, [NewDuty(place_id, kind, user_id, valid_from or uow.now)])[0]


def appoint_many(uow: UnitOfWork, wanted: Sequence[NewDuty]) -> list[UUID]:
    """Let people answer for places, all or none, with a constant number of statements; returns the ids of the duties.

    No two of them are of one kind at one place.

    Raises:
        NotFound (territory.zone_unknown, territory.group_unknown, territory.station_unknown); Forbidden (forbidden);
        Invalid (territory.person_unknown): no active person of the region has this id;
        Conflict (territory.retired): nobody begins at a retired place; Conflict (territory.own_deputy);
        Conflict (territory.duty_taken, territory.duty_gap): see `duties.appointment`; people.left: they have left.
    """
    regions = _lock_places(uow, wanted)
    _check_people(uow, wanted, regions)
    known = _duties(uow, {one.place_id for one in wanted})
    ids: list[UUID] = []
    fresh: list[dict[str, Any]] = []
    ended: list[dict[str, Any]] = []
    told: set[tuple[UUID, UUID]] = set()
    for one in wanted:
        at_place = known.get(one.place_id, {})
        change = appointment(
            at_place.get(one.kind, ()), one.user_id, one.valid_from, uow.now, gaps=one.kind is DutyKind.DEPUTY
        )
        if change.unchanged is not None:
            ids.append(change.unchanged.id)
            continue
        others = at_place.get(_OTHER_KIND.get(one.kind, one.kind), ()) if one.kind in _OTHER_KIND else ()
        if own_deputy(others, one.user_id, one.valid_from, change.valid_to):
            raise errors.OWN_DEPUTY(path="/user_id")
        if change.ends is not None:
            ended.append({"id": change.ends.id, "valid_to": one.valid_from, "end_reason": None})
            told.add((change.ends.user_id, regions[one.place_id]))
        ids.append(uow.new_id())
        fresh.append(_row(uow, ids[-1], regions[one.place_id], one, change.valid_to))
        told.add((one.user_id, regions[one.place_id]))
    update_rows(uow.session, PlaceDuty, ended, key=["id"])
    insert_rows(uow.session, PlaceDuty, fresh)
    for person_id, region_id in sorted(told):
        announce_person(uow, person_id, region_id)
    return ids


def revoke(uow: UnitOfWork, *, duty_id: UUID) -> None:
    """Take back an appointment that has not begun; whoever answers before goes on as if it had never been planned.

    Raises NotFound (territory.duty_unknown), Forbidden (forbidden), Conflict (territory.duty_begun).
    """
    found = uow.session.execute(
        select(PlaceDuty.place_id, PlaceDuty.kind).where(PlaceDuty.id == duty_id, duties_in_scope(uow))
    ).one_or_none()
    if found is None:
        raise errors.DUTY_UNKNOWN()
    kind = DutyKind(found.kind)
    row = locked(uow, LEVEL_OF_DUTY[kind], found.place_id, _writers(kind))
    duties = _duties(uow, [found.place_id]).get(found.place_id, {}).get(kind, [])
    planned = next((duty for duty in duties if duty.id == duty_id), None)
    if planned is None:
        raise errors.DUTY_UNKNOWN()
    if planned.valid_from <= uow.now:
        raise errors.DUTY_BEGUN()
    uow.session.execute(delete(PlaceDuty).where(PlaceDuty.id == duty_id))
    before = revocation(duties, planned)
    if before is not None:
        ends = {"id": before.id, "valid_to": before.valid_to, "end_reason": before.end_reason}
        update_rows(uow.session, PlaceDuty, [ends], key=["id"])
        announce_person(uow, before.user_id, row.region_id)
    announce_person(uow, planned.user_id, row.region_id)


def vacate(uow: UnitOfWork, *, place_id: UUID, kind: DutyKind, reason: str, valid_from: datetime | None = None) -> UUID:
    """State that nobody answers for a place from a moment on (None: now), and why, until the next appointment.

    Returns the id of the duty that ends. Stated again with the same words, nothing changes.

    Raises NotFound (territory.*_unknown), Forbidden (forbidden), Invalid (invalid), Conflict (territory.vacant).
    """
    row = locked(uow, LEVEL_OF_DUTY[kind], place_id, _writers(kind))
    why = line(reason, longest=REASON_LENGTH, path="/reason")
    duties = _duties(uow, [place_id]).get(place_id, {}).get(kind, [])
    begins = valid_from or uow.now
    stated = next((duty for duty in duties if duty.end_reason == why and duty.valid_to is not None), None)
    if stated is not None and not any(duty.holds_at(begins) for duty in duties):
        return stated.id
    ending = vacancy(duties, begins)
    update_rows(uow.session, PlaceDuty, [{"id": ending.id, "valid_to": begins, "end_reason": why}], key=["id"])
    announce_person(uow, ending.user_id, row.region_id)
    return ending.id


def relieve_deputy(uow: UnitOfWork, *, zone_id: UUID) -> None:
    """End the duty of a zone's deputy, now. All other duties end when a successor is appointed, or by a stated vacancy.

    Raises NotFound (territory.zone_unknown); Forbidden (forbidden).
    """
    row = locked(uow, Level.ZONE, zone_id)
    for duty in _duties(uow, [zone_id]).get(zone_id, {}).get(DutyKind.DEPUTY, ()):
        if duty.holds_at(uow.now):
            update_rows(uow.session, PlaceDuty, [{"id": duty.id, "valid_to": uow.now}], key=["id"])
            announce_person(uow, duty.user_id, row.region_id)


def end_duties_at(uow: UnitOfWork, place_id: UUID) -> None:
    """End all duties at a place that is being retired, now; those that were planned will not begin."""
    open_ones = (PlaceDuty.place_id == place_id, or_(PlaceDuty.valid_to.is_(None), PlaceDuty.valid_to > uow.now))
    rows = uow.session.execute(select(PlaceDuty.user_id, PlaceDuty.region_id).where(*open_ones)).all()
    uow.session.execute(delete(PlaceDuty).where(PlaceDuty.place_id == place_id, PlaceDuty.valid_from > uow.now))
    uow.session.execute(update(PlaceDuty).where(*open_ones).values(valid_to=uow.now, end_reason="retired"))
    for row in sorted(set(rows)):
        announce_person(uow, *row)


def note_gone(uow: UnitOfWork, user_id: UUID) -> None:
    """Note that somebody does nothing any more: what they answer for, or were to, is vacant-to-be until others are appointed."""
    _mark(uow, user_id, uow.now)


def note_back(uow: UnitOfWork, user_id: UUID) -> None:
    """Note that somebody is back: what is still theirs is no longer vacant-to-be."""
    _mark(uow, user_id, None)


def _mark(uow: UnitOfWork, user_id: UUID, gone_at: datetime | None) -> None:
    uow.session.execute(
        update(PlaceDuty)
        .where(
            PlaceDuty.user_id == user_id,
            or_(PlaceDuty.valid_to.is_(None), PlaceDuty.valid_to > uow.now),
            PlaceDuty.holder_gone_at.is_(None) if gone_at is not None else PlaceDuty.holder_gone_at.is_not(None),
        )
        .values(holder_gone_at=gone_at)
    )


def _writers(kind: DutyKind) -> frozenset[Any]:
    return ABOVE_STATIONS if kind is DutyKind.STATION_MANAGER else WRITERS


def _lock_places(uow: UnitOfWork, wanted: Sequence[NewDuty]) -> dict[UUID, UUID]:
    """Lock the places, check that the actor may appoint there and that they are at work; returns their regions."""
    regions: dict[UUID, UUID] = {}
    for level in (Level.ZONE, Level.GROUP, Level.STATION):
        mine = [one for one in wanted if LEVEL_OF_DUTY[one.kind] is level]
        rows = locked_many(uow, level, {one.place_id for one in mine}) if mine else {}
        for one in mine:
            row = rows[one.place_id]
            check_writer(uow, places_of(level, row), _writers(one.kind))
            check_working(row)
            regions[one.place_id] = row.region_id
    return regions


def _check_people(uow: UnitOfWork, wanted: Sequence[NewDuty], regions: Mapping[UUID, UUID]) -> None:
    people = accounts.contacts_of(uow, {one.user_id for one in wanted})
    for one in wanted:
        person = people.get(one.user_id)
        if person is None or not person.active or person.region_id not in (None, regions[one.place_id]):
            raise errors.PERSON_UNKNOWN(path="/user_id")
    uow.publish(Appointed(tuple(sorted(people))))


def _duties(uow: UnitOfWork, place_ids: Collection[UUID]) -> dict[UUID, dict[DutyKind, list[Duty]]]:
    """Load the duties at places whose rows are locked, by kind."""
    columns = [getattr(PlaceDuty, name) for name in Duty.__dataclass_fields__]
    found: dict[UUID, dict[DutyKind, list[Duty]]] = {}
    for place_id, kind, *duty in uow.session.execute(
        select(PlaceDuty.place_id, PlaceDuty.kind, *columns).where(PlaceDuty.place_id.in_(place_ids))
    ):
        found.setdefault(place_id, {}).setdefault(DutyKind(kind), []).append(Duty(*duty))
    return found


def _row(uow: UnitOfWork, key: UUID, region_id: UUID, one: NewDuty, valid_to: datetime | None) -> dict[str, Any]:
    return {
        "id": key,
        "region_id": region_id,
        "place_id": one.place_id,
        "kind": one.kind.value,
        "user_id": one.user_id,
        "valid_from": one.valid_from,
        "valid_to": valid_to,
        "appointed_by": uow.actor.user_id,
        "appointed_at": uow.now,
    }
