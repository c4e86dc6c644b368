"""Duties that end as time goes on, when nobody is there to say so."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from dispatch.territory.models import PlaceDuty


def duties_ending(after: datetime, until: datetime) -> Select[Any]:
    """Return the statement for the duties that end after a moment and not after another: `at`, `region_id`, `user_id`."""
    at: Any = PlaceDuty.valid_to
    return select(at.label("at"), PlaceDuty.region_id, PlaceDuty.user_id).where(at > after, at <= until)
