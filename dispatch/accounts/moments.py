"""Roles that begin or end as time goes on, when nobody is there to say so."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from dispatch.accounts.models import RoleGrant, User


def grants_beginning(after: datetime, until: datetime) -> Select[Any]:
    """Return the statement for the roles that begin after a moment and not after another: `at`, `region_id`, `user_id`.

    The region is the person's. Whoever belongs to none has no phone.
    """
    return _turning(RoleGrant.valid_from, after, until)


def grants_ending(after: datetime, until: datetime) -> Select[Any]:
    """Return the same for the roles that end."""
    return _turning(RoleGrant.valid_to, after, until)


def _turning(at: Any, after: datetime, until: datetime) -> Select[Any]:
    return (
        select(at.label("at"), User.region_id, RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(at > after, at <= until, User.region_id.is_not(None))
    )
