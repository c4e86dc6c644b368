"""When two requests are about the same thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

HOURS = 24
"""How far apart two requests about the same thing may be; the default until a region has a policy of its own."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What is compared: who asked, where or about which asset, what for, and when (aware). `phone` is a `plain_phone`."""

    work_type: str | None
    phone: str | None
    site_id: UUID | None
    received_at: datetime
    asset_id: UUID | None = None
    email: str | None = None

    def traits(self) -> tuple[tuple[str, object], ...]:
        """Return what makes two requests the same by itself."""
        return (("phone", self.phone), ("email", self.email), ("site", self.site_id), ("asset", self.asset_id))


@dataclass(frozen=True, slots=True)
class Earlier:
    """A request that is there, with its order, and whether that one is done."""

    request_id: UUID
    work_order_id: UUID
    signature: Signature
    done: bool


def find_duplicate(new: Signature, earlier: Iterable[Earlier], hours: float = HOURS) -> Earlier | None:
    """Return the latest earlier request that a new one repeats: of the same contact, site or asset, for the same work, within
    the hours.

    One whose order is done is none: who asks again after that has a reason to.
    """
    repeated = [
        one
        for one in earlier
        if not one.done
        and one.signature.work_type == new.work_type
        and abs(new.received_at - one.signature.received_at) <= timedelta(hours=hours)
        and any(
            value is not None and value == other
            for (_, value), (_, other) in zip(new.traits(), one.signature.traits(), strict=True)
        )
    ]
    return max(repeated, key=lambda one: (one.signature.received_at, one.request_id), default=None)
