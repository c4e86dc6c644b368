"""Looks for a text in the whole database: in every column of every table that holds texts or documents."""

from sqlalchemy import JSON, LargeBinary, String, cast, select
from sqlalchemy.orm import Session

import migrations.tables  # noqa: F401 - every table must be known
from kernel.database import Base


def places_of(session: Session, *texts: str) -> set[str]:
    """Return where one of these texts stands, as `table.column`, however it is written between other texts."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, JSON | String | LargeBinary):
                # Texts in documents may be escaped on SQLite and in the log of acts.
                shape = column if isinstance(column.type, LargeBinary) else cast(column, String)
                for (value,) in session.execute(select(shape).where(column.is_not(None))):
                    written = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    if any(text in written for text in texts):
                        found.add(f"{table.name}.{column.name}")
    return found
