"""Lets transactions that are about the same thing take turns."""

from sqlalchemy import text

from kernel.database import is_postgres
from kernel.identifiers import derived_id
from kernel.unit_of_work import UnitOfWork


def take_turn(uow: UnitOfWork, *about: str) -> None:
    """Wait until no other transaction is about the same words, and keep others waiting until this one ends.

    For looking whether something is there before making it: there is no row yet that could be locked. SQLite has one writer
    at a time, from the moment its transaction begins.
    """
    connection = uow.session.connection()
    if is_postgres(uow.session):
        key = derived_id("turn", *about).int & (2**63 - 1)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
