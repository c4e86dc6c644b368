"""Sets the rules of a region on a subject, from a moment on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.policies import errors
from dispatch.policies.models import RegionPolicy
from dispatch.territory import queries as territory
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork

DECIDERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who decides, over the whole region."""


def set_policy(
    uow: UnitOfWork, *, region_id: UUID, subject: str, rules: Mapping[str, Any], effective_from: datetime | None = None
) -> UUID:
    """Set the rules of a region on a subject from a moment on (None: now), and return the policy's id.

    Whoever owns the subject has read the rules before.

    Raises NotFound (territory.region_unknown), Forbidden (forbidden), Invalid (policy.in_the_past) with the path.
    """
    territory.region(uow, region_id)
    if uow.actor.roles_over(region_id, None, None, None).isdisjoint(DECIDERS):
        raise FORBIDDEN()
    begins = effective_from or uow.now
    if begins < uow.now:
        raise errors.IN_THE_PAST(path="/effective_from")
    key = uow.new_id()
    row = {
        "id": key,
        "region_id": region_id,
        "subject": subject,
        "rules": rules,
        "effective_from": begins,
        "set_by": uow.actor.user_id,
        "created_at": uow.now,
    }
    insert_rows(uow.session, RegionPolicy, [row])
    return key
