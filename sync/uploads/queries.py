"""What operators ask about uploads."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sync.uploads.models import Upload
from sync.uploads.states import UploadState


def backlog(session: Session) -> tuple[int, datetime | None]:
    """Count the uploads of all regions that are complete and wait for a worker; and when the first was begun (aware UTC)."""
    row = session.execute(
        select(func.count(), func.min(Upload.created_at)).where(Upload.state == UploadState.RECEIVED.value)
    ).one()
    return row[0], row[1]
