"""What can be done to swap shifts: one person asks, the other agrees, and both have each other's shift."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.accounts import queries as accounts
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.people import errors
from dispatch.people.authority import LEADERS, holds_role, locked_staff
from dispatch.people.models import Shift, ShiftSwap
from dispatch.people.roster.keeping import announce_people, check_free, locked_shifts, remove_shifts
from dispatch.people.spans import Span
from dispatch.people.states import SwapStatus
from dispatch.territory.places import Places
from dispatch.texts import line
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork


def ask_swap(uow: UnitOfWork, *, shift_id: UUID, other_shift_id: UUID, reason: str) -> UUID:
    """Ask to swap one's own shift with one of somebody else on the same roster, and return the swap's id.

    It takes effect when the other one agrees. Whoever keeps the roster enters what two people have agreed: that takes effect now.

    Raises:
        NotFound (people.shift_unknown): one of the two is not to be seen;
        Forbidden (forbidden): the shift is not one's own, nor the roster;
        Invalid (people.swap_wrong, invalid), with the path; Conflict (people.shift_over, people.shift_overlaps).
    """
    why = line(reason, longest=500, path="/reason")
    mine = locked_shifts(uow, [shift_id]).get(shift_id)
    if mine is None:
        raise errors.SHIFT_UNKNOWN(path="/shift_id")
    # A roster hangs on the wall: whoever is on it may name the shifts of the others.
    theirs = locked_shifts(uow, [other_shift_id], whole_roster_of=mine.place_id).get(other_shift_id)
    if theirs is None:
        raise errors.SHIFT_UNKNOWN(path="/other_shift_id")
    keeper = holds_role(uow, Places(mine.region_id, mine.station_id, mine.group_id), LEADERS)
    if not keeper and mine.technician_id != uow.actor.user_id:
        raise FORBIDDEN()
    if mine.technician_id == theirs.technician_id or mine.place_id != theirs.place_id:
        raise errors.SWAP_WRONG(path="/other_shift_id")
    _check_ahead(uow, mine, theirs)
    row = {
        "id": uow.new_id(),
        "region_id": mine.region_id,
        "station_id": mine.station_id,
        "group_id": mine.group_id,
        "asker_id": mine.technician_id,
        "other_id": theirs.technician_id,
        "asker_shift_id": shift_id,
        "other_shift_id": other_shift_id,
        "reason": why,
        "status": SwapStatus.ASKED.value,
        "asked_at": uow.now,
    }
    insert_rows(uow.session, ShiftSwap, [row])
    key: UUID = row["id"]
    if keeper:
        _exchange(uow, mine, theirs, why)
        _decide(uow, key, SwapStatus.AGREED)
    else:
        _tell(uow, key, "people.swap_asked", mine, theirs, (theirs.technician_id,), why)
    return key


def answer_swap(uow: UnitOfWork, *, swap_id: UUID, agree: bool) -> None:
    """Agree to a swap that one was asked for, or refuse it; agreed, the shifts change hands at once. Harmless when repeated.

    Raises:
        NotFound (people.swap_unknown): none that one was asked for; Conflict (people.swap_decided): otherwise;
        Conflict (people.shift_over, people.shift_overlaps): it is not possible any more.
    """
    swap = _locked(uow, swap_id, ShiftSwap.other_id == uow.actor.user_id)
    wanted = SwapStatus.AGREED if agree else SwapStatus.REFUSED
    if swap.status == wanted.value:
        return
    if swap.status != SwapStatus.ASKED.value:
        raise errors.SWAP_DECIDED()
    both = locked_shifts(
        uow, [swap.asker_shift_id, swap.other_shift_id], whole_roster_of=swap.group_id or swap.station_id
    )
    mine, theirs = both[swap.asker_shift_id], both[swap.other_shift_id]
    if agree:
        _check_ahead(uow, mine, theirs)
        _exchange(uow, mine, theirs, swap.reason)
    _decide(uow, swap_id, wanted)
    outcome = "people.swap_agreed" if agree else "people.swap_refused"
    _tell(uow, swap_id, outcome, mine, theirs, (swap.asker_id,), swap.reason)


def withdraw_swap(uow: UnitOfWork, *, swap_id: UUID) -> None:
    """Take back what one has asked for, before it is answered. Harmless when repeated.

    Raises NotFound (people.swap_unknown), Conflict (people.swap_decided).
    """
    swap = _locked(uow, swap_id, ShiftSwap.asker_id == uow.actor.user_id)
    if swap.status == SwapStatus.WITHDRAWN.value:
        return
    if swap.status != SwapStatus.ASKED.value:
        raise errors.SWAP_DECIDED()
    _decide(uow, swap_id, SwapStatus.WITHDRAWN)


def _locked(uow: UnitOfWork, swap_id: UUID, whose: Any) -> Any:
    columns = (ShiftSwap.asker_id, ShiftSwap.other_id, ShiftSwap.asker_shift_id, ShiftSwap.other_shift_id)
    more = (ShiftSwap.reason, ShiftSwap.status, ShiftSwap.group_id, ShiftSwap.station_id)
    row = uow.session.execute(
        select(*columns, *more).where(ShiftSwap.id == swap_id, whose).with_for_update()
    ).one_or_none()
    if row is None:
        raise errors.SWAP_UNKNOWN()
    return row


def _check_ahead(uow: UnitOfWork, *shifts: Any) -> None:
    if any(one.removed_at is not None or one.start_at <= uow.now for one in shifts):
        raise errors.SHIFT_OVER()


def _exchange(uow: UnitOfWork, mine: Any, theirs: Any, why: str) -> None:
    pair = (mine.technician_id, theirs.technician_id)
    staff = locked_staff(uow, (), also=pair)
    if any(key not in staff or staff[key].left_at is not None for key in pair):
        raise errors.NOT_PLANNABLE(path="/other_shift_id")
    wanted = {
        mine.technician_id: Span(theirs.start_at, theirs.end_at),
        theirs.technician_id: Span(mine.start_at, mine.end_at),
    }
    check_free(uow, wanted, (mine.id, theirs.id))
    rows = []
    for shift, taker in ((mine, theirs.technician_id), (theirs, mine.technician_id)):
        kept = ("region_id", "station_id", "group_id", "place_id", "day", "type_code", "start_at", "end_at")
        rows.append(
            {
                **{name: getattr(shift, name) for name in kept},
                "id": uow.new_id(),
                "technician_id": taker,
                "reason": why,
                "replaces_id": shift.id,
                "created_by": uow.actor.user_id,
                "created_at": uow.now,
            }
        )
    remove_shifts(uow, [mine.id, theirs.id], why)
    insert_rows(uow.session, Shift, rows)
    announce_people(uow, mine.region_id, wanted)


def _decide(uow: UnitOfWork, swap_id: UUID, status: SwapStatus) -> None:
    uow.session.execute(
        update(ShiftSwap)
        .where(ShiftSwap.id == swap_id)
        .values(status=status.value, decided_by=uow.actor.user_id, decided_at=uow.now)
        .execution_options(synchronize_session=False)
    )


def _tell(
    uow: UnitOfWork, swap_id: UUID, template: str, mine: Any, theirs: Any, to: tuple[UUID, ...], why: str
) -> None:
    names = accounts.contacts_of(uow, [mine.technician_id, theirs.technician_id])
    values = {
        "asker": names[mine.technician_id].name,
        "other": names[theirs.technician_id].name,
        "asker_start": mine.start_at,
        "other_start": theirs.start_at,
        "reason": why,
    }
    tell(uow, [Notice(template, f"{template}:{swap_id}", to, values, mine.region_id)])
