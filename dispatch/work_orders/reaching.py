"""Who sees how the customer of an order is reached: those of its places, and whoever does it until it is over."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dispatch.masking import masked
from dispatch.work_orders.lifecycle import TERMINAL
from kernel.actor import Scope


def customer_shown(
    contact: Mapping[str, Any] | None, status: str, scope: Scope | None = None, **places: UUID | None
) -> dict[str, Any] | None:
    """Return the customer of an order, masked if it is over and shown to somebody only because it was theirs to do.

    Without a scope it is for a phone, which never holds an order for another reason. `places` are the order's.
    """
    if contact is None:
        return None
    reaches = status not in TERMINAL or (scope is not None and scope.covers(**places))
    return dict(contact) if reaches else masked(dict(contact))
