"""Lets one transaction at a time decide about a technician's day."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from dispatch.people.models import Technician
from kernel.unit_of_work import UnitOfWork


def lock_technicians(uow: UnitOfWork, ids: Collection[UUID]) -> None:
    """Keep others from deciding about the days of these technicians until this transaction ends. One statement.

    Always in the order of their ids, and after the orders: then nobody waits for each other. SQLite has one writer anyway.
    """
    uow.session.execute(
        select(Technician.id).where(Technician.id.in_(ids)).order_by(Technician.id).with_for_update(key_share=True)
    ).all()
