"""How far a request has come: by its own outcome, or by what became of its orders."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dispatch.work_orders.lifecycle import DONE, Status


class RequestState(StrEnum):
    """How far a request has come.

    `unclassified` waits for somebody to say what becomes of it; `waiting` is explained by a planned outage; `cancelled`: its
    orders ended without a solution.
    """

    UNCLASSIFIED = "unclassified"
    WAITING = "waiting"
    IN_HAND = "in_hand"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


OPEN = frozenset({RequestState.UNCLASSIFIED, RequestState.WAITING, RequestState.IN_HAND})
"""The states in which somebody still owes the customer something."""


@dataclass(frozen=True, slots=True)
class OrderEnd:
    """An order of a request, or one that followed it up: its state, and whether its work was completed."""

    status: Status
    completed: bool


def state_by(orders: Iterable[OrderEnd]) -> RequestState:
    """Return the state of a request that its orders tell: in hand while one lives, or while one could not be completed.

    An order that was closed without its work being completed, or cancelled, solves nothing.
    """
    known = tuple(orders)
    if any(one.status not in DONE for one in known):
        return RequestState.IN_HAND
    if any(one.completed and one.status in (Status.COMPLETED, Status.CLOSED) for one in known):
        return RequestState.RESOLVED
    if any(one.status is Status.UNABLE_TO_COMPLETE for one in known):
        return RequestState.IN_HAND
    return RequestState.CANCELLED
