"""Drops what signing in leaves behind, once it is over."""

from dispatch.accounts.sessions import service as sessions
from dispatch.accounts.throttle import service as throttle
from kernel.unit_of_work import UnitOfWork


def tidy(uow: UnitOfWork) -> None:
    """Drop sessions whose time is over and attempts that no longer count."""
    sessions.forget(uow)
    throttle.forget(uow)
