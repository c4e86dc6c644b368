"""Lets technicians move with their group, and sees that nobody answers for a place who has left."""

from sqlalchemy import func, select

from dispatch.accounts.events import AccountOpened
from dispatch.accounts.service import announce_person
from dispatch.people import errors
from dispatch.people.models import RosterDay, Rotation, Shift, ShiftSwap, ShiftType, Technician
from dispatch.territory.appointing import note_gone
from dispatch.territory.events import Appointed, PlaceRetired, PlacesMoved
from dispatch.territory.following import follow
from kernel.actor import Level
from kernel.unit_of_work import UnitOfWork


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Let the technicians and the rosters of moved groups go with them, and tell their phones. Nobody moves with a zone."""
    follow(uow, event, Technician, ShiftType, Rotation, RosterDay, Shift, ShiftSwap)
    group_ids = [one.after.group_id for one in event.groups]
    if group_ids:
        mine = select(Technician.id, Technician.region_id).where(
            Technician.group_id.in_(group_ids), Technician.left_at.is_(None)
        )
        for row in uow.session.execute(mine.order_by(Technician.id)):
            announce_person(uow, row.id, row.region_id)


def on_place_retired(uow: UnitOfWork, event: PlaceRetired) -> None:
    """See that nobody is left in a group that is retired. Raises Conflict (people.still_in_group), with how many."""
    if event.level is not Level.GROUP:
        return
    inside = select(func.count()).where(Technician.group_id == event.places.group_id, Technician.left_at.is_(None))
    count = uow.session.scalar(inside) or 0
    if count:
        raise errors.STILL_IN_GROUP(f"{count} technicians are in it", technicians=count)


def on_appointed(uow: UnitOfWork, event: Appointed) -> None:
    """See that nobody answers for a place who has left. Raises Conflict (people.left)."""
    gone = select(Technician.id).where(Technician.id.in_(event.user_ids), Technician.left_at.is_not(None))
    if uow.session.scalars(gone.limit(1)).first() is not None:
        raise errors.LEFT(path="/user_id")


def on_account_opened(uow: UnitOfWork, event: AccountOpened) -> None:
    """Keep what is vacant-to-be of a technician who has left, even if their account is opened again."""
    gone = select(Technician.id).where(Technician.id == event.user_id, Technician.left_at.is_not(None))
    if uow.session.scalar(gone) is not None:
        note_gone(uow, event.user_id)
