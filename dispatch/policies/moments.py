"""Rules of regions that come into force as time goes on, when nobody is there to say so."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Uuid, literal, select

from dispatch.policies.models import RegionPolicy


def policies_beginning(subjects: Collection[str], after: datetime, until: datetime) -> Select[Any]:
    """Return the statement for the rules on these subjects that begin after a moment and not after another.

    Its columns are `at`, `region_id` and `user_id`, which is empty: they concern everybody of the region.
    """
    at: Any = RegionPolicy.effective_from
    return select(at.label("at"), RegionPolicy.region_id, literal(None, Uuid()).label("user_id")).where(
        at > after, at <= until, RegionPolicy.subject.in_(subjects)
    )
