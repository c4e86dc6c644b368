"""A copy of the database that follows it at some distance, for reads that need not see the newest of all."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

import structlog
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import sessionmaker

from kernel import row_security
from kernel.change_feed import read_head, read_heads
from kernel.database import make_engine, one_snapshot
from kernel.metrics import REPLICA_PAGES
from kernel.settings import Settings
from kernel.unit_of_work import Reading, end_look

log = structlog.get_logger(__name__)
T = TypeVar("T")

PATIENCE = {"connect_timeout": "2", "tcp_user_timeout": "5000"}
"""How long PostgreSQL's library waits for a replica to answer: seconds for a connection, milliseconds for what was sent."""
REST_SECONDS = 10.0
"""For so long nobody asks a replica that did not answer: whoever asks would only wait."""


class Replica:
    """Reads pages of the feed. Whatever keeps it from that, the primary is there."""

    def __init__(self, engine: Engine, tick: Callable[[], float] = time.monotonic, *, binds_rows: bool = False) -> None:
        self._engine = engine
        self._binds_rows = binds_rows
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        self._tick = tick
        self._rests_until = float("-inf")

    def ask(self, like: Reading, *, region_id: UUID, seq: int, read: Callable[[Reading, int], T]) -> T | None:
        """Read as the person and at the moment of `like`, in one snapshot that has seen a region's feed up to `seq` at least.

        `read` is told up to where it has. None where the replica is behind or away: the caller asks the primary then.
        """
        if self._tick() < self._rests_until:
            REPLICA_PAGES.labels("away").inc()
            return None
        try:
            with self._sessions() as session:
                head = read_head(session, region_id).seq
                if head < seq:
                    REPLICA_PAGES.labels("behind").inc()
                    return None
                if self._binds_rows:
                    row_security.enter(session, like.actor)
                found = read(Reading(session, like.actor, like.now), head)
                end_look(session)
        except SQLAlchemyError:
            # Not there, out of connections, not upgraded yet, or what it replays came in between.
            log.warning("replica does not answer", exc_info=True)
            self._rests_until = self._tick() + REST_SECONDS
            REPLICA_PAGES.labels("away").inc()
            return None
        REPLICA_PAGES.labels("served").inc()
        return found

    def heads(self) -> dict[UUID, int]:
        """Return how far it has seen each region's feed. Raises SQLAlchemy's errors."""
        with self._sessions() as session:
            return read_heads(session)

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()


def connect(settings: Settings) -> Replica | None:
    """Return the replica of the settings, if they name one; nothing is asked of it yet."""
    if not settings.replica_url:
        return None
    url = make_url(settings.replica_url)
    postgres = url.get_backend_name() == "postgresql"
    if postgres:
        url = url.set(query={**PATIENCE, **url.query})
    engine = make_engine(replace(settings, database_url=url.render_as_string(hide_password=False)))
    # One snapshot for head and documents, and no lock against writers on SQLite.
    return Replica(engine.execution_options(**one_snapshot(engine)), binds_rows=settings.binds_rows and postgres)
