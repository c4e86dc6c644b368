"""What ops work on: the orders and checklists of one transaction, and the ops themselves with what they came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from checklists.runs.book import RunBook
from dispatch.consultations.book import ConsultationBook
from dispatch.fees.book import FeeBook
from dispatch.work_orders.book import OrderBook
from sync.ingest.models import OpState
from sync.reconcile.conflicts import NewConflict


@dataclass(slots=True)
class Pending:
    """An op as the worker claims it; `body` is its parsed JSON. Nothing of it changes: it is not frozen, for there are many."""

    op_id: UUID
    device_id: UUID
    user_id: UUID
    device_seq: int | None
    type: str
    subject_id: UUID
    body: Mapping[str, Any]
    effective_at: datetime
    time_quality: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What an op came to."""

    state: OpState
    code: str | None = None


DONE = Settled(OpState.APPLIED)


@dataclass(slots=True)
class Here:
    """What an op's author finds at its order, for as long as nothing moves it; ops come order by order.

    `flags` are those of everything that the author hands in now, or None: the order does not exist for them.
    """

    order_id: UUID
    user_id: UUID
    flags: tuple[str, ...] | None


@dataclass
class Desk:
    """All that ops work on: the orders and checklists of the transaction, and how far each device's numbers are complete."""

    orders: OrderBook
    runs: RunBook
    contiguous_to: Mapping[UUID, int]
    now: datetime
    conflicts: list[NewConflict] = field(default_factory=list)
    consultations: ConsultationBook = field(default_factory=ConsultationBook)
    fees: FeeBook = field(default_factory=FeeBook)
    here: Here | None = None
