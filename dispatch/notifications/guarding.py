"""Tells people what happened to their accounts that they should know of."""

from dispatch.accounts import queries as accounts
from dispatch.accounts.events import KeyWritten, RefreshTokenReused, SecondFactorChanged, SecondFactorGuessed
from dispatch.accounts.second_factor.queries import state_of
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from kernel.unit_of_work import UnitOfWork


def on_refresh_token_reused(uow: UnitOfWork, event: RefreshTokenReused) -> None:
    """Tell somebody that a refresh token of theirs came twice, and that its session was ended."""
    person = accounts.contacts_of(uow, [event.user_id])[event.user_id]
    values = {"at": event.at, "address": event.address or "?"}
    key = f"token-reused:{event.session_id}"
    tell(uow, [Notice("accounts.token_reused", key, (person.id,), values, person.region_id, urgent=True)])


def on_key_written(uow: UnitOfWork, event: KeyWritten) -> None:
    """Tell somebody that there is a key in their name which was not there before."""
    person = accounts.contacts_of(uow, [event.user_id])[event.user_id]
    values = {"at": event.at, "name": event.name, "prefix": event.prefix}
    tell(uow, [Notice("accounts.key_written", f"key:{event.prefix}", (person.id,), values, person.region_id)])


def on_second_factor_changed(uow: UnitOfWork, event: SecondFactorChanged) -> None:
    """Tell somebody what became of their second factor."""
    person = accounts.contacts_of(uow, [event.user_id])[event.user_id]
    values = {"at": event.at, "left": state_of(uow, event.user_id).recovery_codes_left}
    key = f"second-factor:{uow.new_id()}"
    tell(
        uow,
        [Notice(f"accounts.second_factor_{event.change}", key, (person.id,), values, person.region_id, urgent=True)],
    )


def on_second_factor_guessed(uow: UnitOfWork, event: SecondFactorGuessed) -> None:
    """Tell somebody that their password is known to whoever tries codes."""
    person = accounts.contacts_of(uow, [event.user_id])[event.user_id]
    values = {"at": event.at, "address": event.address or "?"}
    # Once in an hour, however often they try.
    key = f"second-factor-guessed:{person.id}:{event.at:%Y-%m-%dT%H}"
    tell(uow, [Notice("accounts.second_factor_guessed", key, (person.id,), values, person.region_id, urgent=True)])
