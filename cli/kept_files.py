"""What doctor tells of files: those that wait for a worker, and those that should be in the store and are not."""

import secrets
from datetime import datetime, timedelta

from checklists.media import queries as media
from checklists.reports import queries as reports
from kernel.runtime import Runtime
from sync.uploads import queries as uploads

LATE = timedelta(minutes=15)
"""How long a photo or report may wait before it is worth a look; it takes seconds, and a failure is followed by a pause."""
TRIED = 20
"""Files of a kind that the store is asked for: the last ones, and as many photos from anywhere."""


def waiting(runtime: Runtime) -> tuple[str, datetime | None]:
    """Say how many files wait for a worker, in words, and since when the first does (aware UTC), or None."""
    with runtime.session() as session:
        found = {
            "photos to be taken in": uploads.backlog(session),
            "photos to be looked at": media.backlog(session),
            "reports to be printed": reports.backlog(session),
        }
    oldest = min((since for _, since in found.values() if since is not None), default=None)
    return ", ".join(f"{name}: {count}" for name, (count, _) in found.items()), oldest


def missing(runtime: Runtime) -> tuple[int, list[str]]:
    """Ask the store for some of the files that should be there: how many it was asked for, and the SHA-256 of those it has not.

    Raises StoreAway.
    """
    with runtime.session() as session:
        asked = {*media.kept(session, limit=TRIED), *reports.kept(session, limit=TRIED)}
        asked |= set(media.kept(session, limit=TRIED, beyond=secrets.token_hex(32)))
    return len(asked), sorted(digest for digest in asked if not runtime.blobs.has(digest))
