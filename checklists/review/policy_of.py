"""Finds the rules of a region for its reviews."""

from collections.abc import Collection
from uuid import UUID

from checklists.review.policy import SUBJECT, ReviewRules, read_rules
from dispatch.policies import queries as policies
from kernel.unit_of_work import Reading


def rules_now(reading: Reading, region_ids: Collection[UUID]) -> dict[UUID, ReviewRules]:
    """Return what these regions decided about reviews, as of now; the defaults where one decided nothing. One statement."""
    found = policies.rules_at(reading, region_ids, SUBJECT, reading.now)
    return {region_id: read_rules(found.get(region_id, {})) for region_id in region_ids}


def rules_of(reading: Reading, region_id: UUID) -> ReviewRules:
    """Return what one region decided, as of now."""
    return rules_now(reading, [region_id])[region_id]
