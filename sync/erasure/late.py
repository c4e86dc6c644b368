"""Erases again what phones hand in about a customer after the customer was erased."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kernel.actor import system_actor
from kernel.errors import DomainError
from kernel.outbox import Later
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from sync.erasure import errors
from sync.erasure.erasing import belongings_of, table
from sync.erasure.service import check_over, erase_all, hold_on

REASON = "came in after the erasure"
OPEN_AGAIN = timedelta(hours=6)
"""How long an order that was opened again is let alone before it is looked at anew."""


class LateEraser:
    """Erases out of the outbox: what is committed with what came late is not forgotten, whoever dies."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def erase(self, _key: str, payload: Mapping[str, Any]) -> None:
        """Erase a customer again. Raises Later while an order of theirs is open again."""
        customer_id = UUID(payload["customer_id"])
        try:
            with self._runtime.unit_of_work(system_actor()) as uow:
                erase_again(uow, customer_id)
        except DomainError as refused:
            if refused.code != errors.ORDER_OPEN.code:
                raise
            raise Later(self._runtime.clock.now() + OPEN_AGAIN) from None


def erase_again(uow: UnitOfWork, customer_id: UUID) -> bool:
    """Erase what came in of a customer who was erased; tell whether it was done.

    Not while there is a hold, nor while something that phones handed in waits: whoever lifts the hold or settles the op notes it
    anew. Raises Conflict (erasure.order_open).
    """
    rows = table("customers")
    columns = (rows.c.region_id, rows.c.erased_at)
    found = uow.session.execute(select(*columns).where(rows.c.id == customer_id).with_for_update()).one_or_none()
    if found is None or found.erased_at is None or hold_on(uow, customer_id) is not None:
        return False
    belongings = belongings_of(uow, [customer_id])
    try:
        check_over(uow, belongings)
    except DomainError as refused:
        if refused.code != errors.OPS_WAITING.code:
            raise
        return False
    erase_all(uow, found.region_id, customer_id, belongings, REASON)
    return True
