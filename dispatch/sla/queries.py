"""What can be asked about service-level policies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import false, select

from dispatch.sla.deadline import Priority, Targets
from dispatch.sla.models import SlaPolicy
from dispatch.sla.policies import Policy, PolicyHistory
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading

_NAMES = ("id", "priority", "respond_minutes", "arrive_minutes", "resolve_minutes", "effective_from")
_ROW = tuple(getattr(SlaPolicy, name) for name in _NAMES)


def page_of_policies(
    reading: Reading,
    *,
    region_id: UUID,
    limit: int,
    after: Sequence[Any] | None = None,
    priority: Priority | None = None,
) -> Page[Policy]:
    """Return one page of a region's policies, the latest first; the key is (effective_from, id).

    Everybody of the region may know what it promises; for others there are none.
    """
    statement = select(*_ROW).where(SlaPolicy.region_id == region_id)
    if region_id != reading.actor.region_id and not reading.actor.scope.covers(region_id=region_id):
        statement = statement.where(false())
    if priority is not None:
        statement = statement.where(SlaPolicy.priority == priority.value)
    key = (SlaPolicy.effective_from, SlaPolicy.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(_policy(row) for row in page.items), page.after)


def policy_history(reading: Reading, region_id: UUID) -> PolicyHistory:
    """Load all policies of a region, to ask for many moments: what it promises is no secret within an order. One statement."""
    rows = reading.session.execute(select(*_ROW).where(SlaPolicy.region_id == region_id))
    return PolicyHistory.of(_policy(row) for row in rows)


def policies_in_force(reading: Reading, region_id: UUID, at: datetime) -> dict[Priority, tuple[UUID, Targets]]:
    """Return the policy of each tier of a region at a moment, with its id; see `policy_history`. One statement."""
    history = policy_history(reading, region_id)
    found = (history.in_force(priority, at) for priority in Priority)
    return {policy.priority: (policy.id, policy.targets) for policy in found if policy is not None}


def _policy(row: Any) -> Policy:
    targets = Targets(row.respond_minutes, row.arrive_minutes, row.resolve_minutes)
    return Policy(row.id, Priority(row.priority), targets, row.effective_from)
