"""Notes whose duties are vacant-to-be when accounts are closed, and are no longer when they are opened again."""

from dispatch.accounts.events import AccountClosed, AccountOpened
from dispatch.territory.appointing import note_back, note_gone
from kernel.unit_of_work import UnitOfWork


def on_account_closed(uow: UnitOfWork, event: AccountClosed) -> None:
    """What they answer for, or were to, is vacant-to-be."""
    note_gone(uow, event.user_id)


def on_account_opened(uow: UnitOfWork, event: AccountOpened) -> None:
    """What is still theirs is theirs again."""
    note_back(uow, event.user_id)
