"""Absences and shifts that end as time goes on, when nobody is there to say so."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from dispatch.people.models import AbsenceRow, Shift


def absences_ending(after: datetime, until: datetime) -> Select[Any]:
    """Return the statement for the absences that end after a moment and not after another: `at`, `region_id`, `user_id`."""
    return _ending(AbsenceRow, after, until)


def shifts_ending(after: datetime, until: datetime) -> Select[Any]:
    """Return the same for the shifts that end, those that were not removed."""
    return _ending(Shift, after, until).where(Shift.removed_at.is_(None))


def _ending(table: Any, after: datetime, until: datetime) -> Select[Any]:
    return select(table.end_at.label("at"), table.region_id, table.technician_id.label("user_id")).where(
        table.end_at > after, table.end_at <= until
    )
