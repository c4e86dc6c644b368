"""The life of an offer: to several people, of whom one takes it, or from one technician to another."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from dispatch.work_orders.lifecycle import TABLE, Command, Status


class OfferKind(StrEnum):
    """What is offered: an open order, to several at once (抢单), or one's own, to a colleague (交接)."""

    BROADCAST = "broadcast"
    HANDOVER = "handover"


class OfferState(StrEnum):
    """Where an offer stands: it waits, or one took it, all declined, its time is over, or it was taken back."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


COMMANDS: Mapping[OfferKind, Command] = {
    OfferKind.BROADCAST: Command.ASSIGN,
    OfferKind.HANDOVER: Command.REASSIGN,
}
"""What taking an offer does to its order."""


def stands(kind: OfferKind, made_by: UUID, status: Status, assignee_id: UUID | None) -> bool:
    """Tell whether an offer can still be taken, by how its order is now: nobody else has got it, or begun with it."""
    if status not in TABLE[COMMANDS[kind]].sources:
        return False
    return kind is OfferKind.BROADCAST or assignee_id == made_by
