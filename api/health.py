"""Whether the product works: each part's state, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import structlog
from redis.exceptions import RedisError
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

import migrations
from kernel.runtime import Runtime

log = structlog.get_logger(__name__)

STUCK = timedelta(seconds=60)
"""A wake-up that waits longer than this means that the workers do not keep up."""


@dataclass(frozen=True, slots=True)
class Part:
    """The state of one part of the product."""

    ok: bool
    words: str


def parts(runtime: Runtime) -> dict[str, Part]:
    """Look at every part. One that cannot be reached does not hide the others."""
    checks: Mapping[str, Callable[[Runtime], Part]] = {
        "database": _database,
        "migrations": _migrations,
        "redis": _redis,
        "worker": _worker,
        "queue": _queue,
    }
    return {name: _look(name, check, runtime) for name, check in checks.items()}


def _look(name: str, check: Callable[[Runtime], Part], runtime: Runtime) -> Part:
    try:
        return check(runtime)
    except (SQLAlchemyError, RedisError, OSError) as error:
        # What exactly went wrong may name hosts and users: it goes to the log only.
        log.warning("not ready", part=name, reason=f"{type(error).__name__}: {error}")
        return Part(False, "does not answer")


def _database(runtime: Runtime) -> Part:
    with runtime.session() as session:
        session.execute(text("SELECT 1"))
        return Part(True, f"{session.get_bind().dialect.name} answers")


def _migrations(runtime: Runtime) -> Part:
    with runtime.session() as session:
        is_new = not inspect(session.connection()).has_table("alembic_version")
        present = None if is_new else session.scalar(text("SELECT version_num FROM alembic_version"))
    if present == newest():
        return Part(True, "the tables are up to date")
    return Part(False, f"the tables are at {present or 'nothing'}, the program wants {newest()}: run the upgrade")


@cache
def newest() -> str:
    """Return the newest revision that this program brings along: their files are numbered in their order."""
    return max(file.name for file in (Path(migrations.__file__ or "").parent / "versions").glob("[0-9]*.py"))[:4]


def _redis(runtime: Runtime) -> Part:
    runtime.queue.redis.ping()
    return Part(True, "answers")


def _worker(runtime: Runtime) -> Part:
    count = runtime.queue.workers()
    if count:
        return Part(True, f"{count} at work")
    return Part(False, "none at work: what phones send is stored, and waits")


def _queue(runtime: Runtime) -> Part:
    oldest = runtime.queue.oldest()
    waits = timedelta(0) if oldest is None else runtime.clock.now() - oldest
    if waits > STUCK:
        return Part(False, f"the oldest wake-up waits for {waits.total_seconds():.0f} seconds")
    return Part(True, f"{runtime.queue.depth()} wake-ups wait")
