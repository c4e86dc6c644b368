"""What can be done with service-level policies: begin with the defaults, and set others from a moment on."""

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from dispatch.sla import errors
from dispatch.sla.deadline import DEFAULTS, Priority, Targets, check_targets
from dispatch.sla.models import SlaPolicy
from dispatch.sla.queries import policy_history
from dispatch.territory import queries as territory
from kernel.actor import Role
from kernel.database import insert_rows
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork

EVER_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When the defaults begin, so that imported history has a policy, too."""

DECIDERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who decides, over the whole region, what it promises."""


def start_with_defaults(uow: UnitOfWork, region_id: UUID) -> None:
    """Give a region the default policy of every tier that has none yet; harmless when it has all.

    Raises NotFound (territory.region_unknown), Forbidden (forbidden).
    """
    _check_decider(uow, region_id)
    present = policy_history(uow, region_id).tiers
    rows = [
        _row(uow.new_id(), region_id, priority, targets, EVER_SINCE)
        for priority, targets in DEFAULTS.items()
        if priority not in present
    ]
    insert_rows(uow.session, SlaPolicy, rows)


def set_policy(
    uow: UnitOfWork,
    *,
    region_id: UUID,
    priority: Priority,
    targets: Targets,
    effective_from: datetime | None = None,
) -> UUID:
    """Set the times of a tier from a moment on (None: now), and return the policy's id; orders keep those they began with.

    Set as it is already from that moment on, nothing changes.

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden);
        Invalid (sla.targets_wrong, sla.in_the_past), with the path.
    """
    _check_decider(uow, region_id)
    check_targets(targets)
    begins = effective_from or uow.now
    if begins < uow.now:
        raise errors.IN_THE_PAST(path="/effective_from")
    present = policy_history(uow, region_id).in_force(priority, begins)
    if present is not None and present.targets == targets:
        return present.id
    key = uow.new_id()
    insert_rows(uow.session, SlaPolicy, [_row(key, region_id, priority, targets, begins)])
    return key


def _check_decider(uow: UnitOfWork, region_id: UUID) -> None:
    territory.region(uow, region_id)
    if uow.actor.roles_over(region_id, None, None, None).isdisjoint(DECIDERS):
        raise FORBIDDEN()


def _row(
    key: UUID, region_id: UUID, priority: Priority, targets: Targets, effective_from: datetime
) -> dict[str, object]:
    return {
        "id": key,
        "region_id": region_id,
        "priority": priority.value,
        **asdict(targets),
        "effective_from": effective_from,
    }
