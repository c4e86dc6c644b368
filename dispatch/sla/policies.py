"""Which policy was in force when: each replaces the one before it from its moment on."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from dispatch.sla.deadline import Priority, Targets


@dataclass(frozen=True, slots=True)
class Policy:
    """The times of a priority tier in a region, from a moment on (aware UTC)."""

    id: UUID
    priority: Priority
    targets: Targets
    effective_from: datetime


@dataclass(frozen=True, slots=True)
class PolicyHistory:
    """All policies of a region, for each tier in the order of their beginnings."""

    tiers: dict[Priority, tuple[Policy, ...]]

    @classmethod
    def of(cls, policies: Iterable[Policy]) -> Self:
        """Sort policies by tier and time. Of two that begin at the same moment the one with the later id counts."""
        tiers: dict[Priority, list[Policy]] = {}
        for policy in sorted(policies, key=lambda one: (one.effective_from, one.id)):
            tiers.setdefault(policy.priority, []).append(policy)
        return cls({priority: tuple(found) for priority, found in tiers.items()})

    def in_force(self, priority: Priority, at: datetime) -> Policy | None:
        """Return the policy of a tier at a moment, or None before the first."""
        tier = self.tiers.get(priority, ())
        index = bisect_right(tier, at, key=lambda policy: policy.effective_from)
        return tier[index - 1] if index else None
