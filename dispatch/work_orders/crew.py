"""An order's crew (作业小组) in memory: who works beside the lead, and what becomes of them when the lead changes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dispatch.work_orders import errors
from dispatch.work_orders.lifecycle import Command

KEEP, DISSOLVE = "keep", "dissolve"
LED = "lead"
"""Why a member's time in the crew ended who became its lead."""


class CrewRole(StrEnum):
    """What somebody does in a crew.

    The lead is the order's assignee and no row of the table says so again. A member does the work, and must be fit for it; an
    assistant comes along, for instance to learn it.
    """

    LEAD = "lead"
    MEMBER = "member"
    ASSISTANT = "assistant"


@dataclass(slots=True)
class Stint:
    """Somebody's time in a crew. `fresh` tells that it is not stored yet."""

    id: UUID
    work_order_id: UUID
    region_id: UUID
    user_id: UUID
    role: CrewRole
    added_by: UUID
    joined_at: datetime
    reason: str | None = None
    left_at: datetime | None = None
    end_reason: str | None = None
    fresh: bool = True


@dataclass
class Crews:
    """The crews of some orders, without their leads, and what changed in them since they were read."""

    present: dict[UUID, dict[UUID, Stint]] = field(default_factory=dict)
    changed: dict[UUID, Stint] = field(default_factory=dict)

    def members(self, order_id: UUID) -> tuple[UUID, ...]:
        """Return who is in an order's crew beside its lead, in the order of their joining."""
        return tuple(self.present.get(order_id, ()))

    def join(self, stint: Stint) -> None:
        """Let somebody in; who is in already is for the caller to ask."""
        self.present.setdefault(stint.work_order_id, {})[stint.user_id] = stint
        self.changed[stint.id] = stint

    def leave(self, order_id: UUID, user_id: UUID, at: datetime, reason: str | None) -> None:
        """Let a member out."""
        stint = self.present[order_id].pop(user_id)
        stint.left_at, stint.end_reason = at, reason
        self.changed[stint.id] = stint


def stays(members: Collection[UUID], command: Command, choice: object) -> bool:
    """Say whether a crew stays with a new lead: a reassignment has to say, an assignment that says nothing keeps it.

    Raises Invalid (work_order.crew_undecided), with its path.
    """
    if choice not in (None, "", KEEP, DISSOLVE) or (members and command is Command.REASSIGN and choice in (None, "")):
        raise errors.CREW_UNDECIDED(path="/data/crew", choices=[KEEP, DISSOLVE])
    return choice != DISSOLVE
