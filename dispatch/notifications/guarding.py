"""Tells people what happened to their accounts that they should know of."""

from dispatch.accounts import queries as accounts
from dispatch.accounts.events import RefreshTokenReused
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from kernel.unit_of_work import UnitOfWork


def on_refresh_token_reused(uow: UnitOfWork, event: RefreshTokenReused) -> None:
    """Tell somebody that a refresh token of theirs came twice, and that its session was ended."""
    person = accounts.contacts_of(uow, [event.user_id])[event.user_id]
    values = {"at": event.at, "address": event.address or "?"}
    key = f"token-reused:{event.session_id}"
    tell(uow, [Notice("accounts.token_reused", key, (person.id,), values, person.region_id, urgent=True)])
