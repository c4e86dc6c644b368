"""What can be done with the address of one's calendar: get a new one, and end it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from dispatch.accounts import charge
from dispatch.accounts.events import AccountClosed
from dispatch.calendar_feeds import errors
from dispatch.calendar_feeds.models import CalendarFeed
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.identifiers import new_secret, secret_digest
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Made:
    """The secret of an address, shown this once, and since when it is good (aware UTC)."""

    token: str
    created_at: datetime


def make_address(uow: UnitOfWork) -> Made:
    """Give the caller a new address for their calendar; the one before leads nowhere from now on.

    Raises Forbidden (calendar_feed.not_a_technician).
    """
    if Role.TECHNICIAN not in uow.actor.roles:
        raise errors.NOT_A_TECHNICIAN()
    token = new_secret()
    row = {"user_id": uow.actor.user_id, "token_hash": secret_digest(token), "created_at": uow.now}
    replaced = "(user_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at"
    insert_rows(uow.session, CalendarFeed, [row], on_conflict=replaced)
    return Made(token, uow.now)


def end_address(uow: UnitOfWork, *, user_id: UUID) -> None:
    """End the address of somebody's calendar, if there is one: one's own, or that of somebody whose account one looks after.

    Raises NotFound (accounts.unknown), Forbidden (accounts.may_not_manage).
    """
    charge.check_own_or_in_charge(uow, user_id)
    _end(uow, user_id)


def on_account_closed(uow: UnitOfWork, event: AccountClosed) -> None:
    """End the address of somebody who left; it does not come back with them."""
    _end(uow, event.user_id)


def _end(uow: UnitOfWork, user_id: UUID) -> None:
    uow.session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == user_id))
