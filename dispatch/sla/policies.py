"""Which policy was in force when: each replaces the one before it from its moment on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from dispatch.sla.deadline import Priority, Targets
from dispatch.sla.policy_rules import PolicyRules
from dispatch.territory.pilots import PilotHistory


@dataclass(frozen=True, slots=True)
class Policy:
    """The times of a priority tier in a region, from a moment on (aware UTC); perhaps of one work type or customer class only."""

    id: UUID
    priority: Priority
    targets: Targets
    effective_from: datetime
    work_type: str | None = None
    customer_class: str | None = None
    calendar_id: UUID | None = None
    rules: PolicyRules = field(default_factory=PolicyRules)


@dataclass(frozen=True, slots=True)
class PolicyHistory:
    """All policies of a region, for each tier in the order of their beginnings; and which of them are being tried where."""

    tiers: dict[Priority, tuple[Policy, ...]]
    pilots: PilotHistory = field(default_factory=lambda: PilotHistory({}))

    @classmethod
    def of(cls, policies: Iterable[Policy], pilots: PilotHistory | None = None) -> Self:
        """Sort policies by tier and time. Of two that begin at the same moment the one with the later id counts."""
        tiers: dict[Priority, list[Policy]] = {}
        for policy in sorted(policies, key=lambda one: (one.effective_from, one.id)):
            tiers.setdefault(policy.priority, []).append(policy)
        return cls({priority: tuple(found) for priority, found in tiers.items()}, pilots or PilotHistory({}))

    def in_force(
        self,
        priority: Priority,
        at: datetime,
        work_type: str | None = None,
        customer_class: str | None = None,
        zone_id: UUID | None = None,
    ) -> Policy | None:
        """Return the policy of a tier at a moment, or None before the first.

        One for the work type and the class goes before one for the work type, that before one for the class, and all before
        the general one. What is being tried counts in its pilot zones only.
        """
        begun = [
            policy
            for policy in self.tiers.get(priority, ())
            if policy.effective_from <= at and self.pilots.counts(str(policy.id), zone_id, at)
        ]
        for wanted in dict.fromkeys(
            ((work_type, customer_class), (work_type, None), (None, customer_class), (None, None))
        ):
            found = [policy for policy in begun if (policy.work_type, policy.customer_class) == wanted]
            if found:
                return found[-1]
        return None
