"""What becomes of a signing link."""

from enum import StrEnum


class LinkState(StrEnum):
    """Open until it was used, taken back, replaced by a newer one, tried too often, or overtaken by a change of the order.

    EXPIRED is never stored: it follows from the time.
    """

    OPEN = "open"
    SIGNED = "signed"
    REVOKED = "revoked"
    REPLACED = "replaced"
    LOCKED = "locked"
    OVERTAKEN = "overtaken"
    EXPIRED = "expired"
