"""The number by which people call an order."""

from datetime import datetime
from uuid import UUID

# Crockford's base 32: no I, L, O or U, so that it survives a telephone line.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def order_number(order_id: UUID, received_at: datetime) -> str:
    """Make a number such as `261122-7K3F-9QMX`: the day (UTC), and 40 random bits of the order's id."""
    bits = order_id.int & ((1 << 40) - 1)
    tail = "".join(ALPHABET[(bits >> shift) & 31] for shift in range(35, -5, -5))
    return f"{received_at:%y%m%d}-{tail[:4]}-{tail[4:]}"
