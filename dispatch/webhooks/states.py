"""How a subscription and a delivery may stand, and what messages hold."""

from enum import StrEnum


class Content(StrEnum):
    """What a message holds: ids and states only, or what may be known of the thing besides, without personal data."""

    IDS = "ids"
    DOCUMENT = "document"


class SubscriptionState(StrEnum):
    """Active; paused by a person; disabled by the product, with `why`."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class Why(StrEnum):
    """Why the product disabled a subscription."""

    FAILING = "failing"
    GONE = "gone"
    OWNER_LEFT = "owner_left"


class DeliveryState(StrEnum):
    """What became of a message.

    `dead`: given up, kept to be sent again by a person; `withheld`: its subscription's owner may not see the thing any more.
    """

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    WITHHELD = "withheld"
