"""Finds the policy of a region for its requests, and keeps a new one only if its work types exist."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.policies import errors
from dispatch.policies import queries as policies
from dispatch.requests.policy import SUBJECT, Proposal, RequestPolicy, classify, read_policy
from dispatch.work_orders.work_types import codes_of
from kernel.unit_of_work import Reading


def policy_at(reading: Reading, region_id: UUID, at: datetime) -> RequestPolicy:
    """Return what a region decided about requests, as of a moment; the defaults if it decided nothing."""
    return read_policy(policies.rules_at(reading, [region_id], SUBJECT, at).get(region_id, {}))


def check_policy(reading: Reading, region_id: UUID, rules: Mapping[str, Any]) -> None:
    """Refuse rules that cannot be read, or that name a work type which the region does not have.

    Raises Invalid (policy.rules_wrong) with the path.
    """
    policy = read_policy(rules)
    known = codes_of(reading, region_id)
    for nth, rule in enumerate(policy.rules):
        if rule.work_type not in known:
            raise errors.RULES_WRONG(
                f"the region has no work type {rule.work_type!r}", path=f"/rules/rules/{nth}/work_type"
            )


def propose(
    reading: Reading, region_id: UUID, policy: RequestPolicy, category: str | None, *texts: str | None
) -> Proposal | None:
    """Say what a report seems to be about; a work type that the region no longer has is no proposal."""
    proposal = classify(policy, category, *texts)
    if proposal is not None and proposal.work_type not in codes_of(reading, region_id):
        return None
    return proposal
