"""Everything a process needs, wired once: settings, engine, clock, queue, files, jobs and handlers."""

import gc
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from kernel import database, job_queue, row_security
from kernel import replica as replicas
from kernel.actor import Actor
from kernel.audit.acts import Origin
from kernel.audit.noting import WatchedSession
from kernel.blobs import BlobStore, FolderBlobs
from kernel.clock import Clock, SystemClock
from kernel.direct import Direct
from kernel.errors import DomainError
from kernel.identifiers import MintId, new_id
from kernel.outbox import Send
from kernel.replica import Replica
from kernel.sealing import Sealer
from kernel.settings import Settings
from kernel.unit_of_work import Handlers, Reading, UnitOfWork, end_look

SOCKET = "valkey.sock"
LONGEST_SOCKET = 100
PLAIN_PATH = re.compile(r"[A-Za-z0-9_.,+@/-]+")
SHORT_FOLDERS = Path("/tmp")  # noqa: S108 - a folder of our own in there, which the one who listens checks to be so

Identify = Callable[[Session, datetime], Actor]
"""Finds out who is asking."""
DirectIdentify = Callable[[Session | Direct, datetime], Actor]
"""Finds that out by prepared statements."""


@dataclass
class Runtime:
    """The process's wiring. The two composition roots (api/app and sync/worker) fill in what the slices above bring."""

    settings: Settings
    engine: Engine
    queue: job_queue.JobQueue
    blobs: BlobStore
    clock: Clock = field(default_factory=SystemClock)
    mint_id: MintId = new_id
    handlers: Handlers = field(default_factory=dict)
    jobs: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    senders: Mapping[str, Send] = field(default_factory=dict)
    replica: Replica | None = None
    origin: Origin | None = None
    """From where everything comes that this process does: set by commands of the console, which people type."""

    def __post_init__(self) -> None:
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._watched = sessionmaker(self.engine, expire_on_commit=False, class_=WatchedSession)
        self._looks = sessionmaker(
            self.engine.execution_options(**database.looking_only(self.engine)), expire_on_commit=False
        )
        self._snapshots = sessionmaker(
            self.engine.execution_options(**database.one_snapshot(self.engine)), expire_on_commit=False
        )

    @property
    def sealer(self) -> Sealer:
        """What seals and opens personal data in the database."""
        found: Sealer = self.engine.get_execution_options()[database.SEALER]
        return found

    @contextmanager
    def unit_of_work(self, actor: Actor | Identify, origin: Origin | None = None) -> Iterator[UnitOfWork]:
        """Open a transaction for this actor: committed when the block ends, rolled back when it raises.

        Instead of the actor a function may be given that finds out who it is, in the same transaction. What it changes is
        written down in the audit log if its origin is watched.
        """
        origin = origin or self.origin
        watched = origin is not None and origin.watched
        with (self._watched if watched else self._writing)() as session:
            now = self.clock.now()
            known = actor if isinstance(actor, Actor) else actor(session, now)
            self._bind(session, known)
            uow = UnitOfWork(session, known, now, self.mint_id, self.handlers, origin=origin)
            yield uow
            uow.commit()

    @contextmanager
    def reading(self, actor: Actor | Identify) -> Iterator[Reading]:
        """Open a transaction that only looks; on SQLite it does not keep writers out."""
        with self.session() as session:
            now = self.clock.now()
            known = actor if isinstance(actor, Actor) else actor(session, now)
            self._bind(session, known)
            yield Reading(session, known, now)

    @contextmanager
    def snapshot(self, actor: Actor | Identify) -> Iterator[Reading]:
        """Open a look at the data as they are at this moment, however many statements it takes; for what reads for long.

        On SQLite every look is one; PostgreSQL keeps for it what others delete meanwhile, so end it when it is not needed.
        """
        with self._snapshots() as session:
            now = self.clock.now()
            known = actor if isinstance(actor, Actor) else actor(session, now)
            self._bind(session, known)
            yield Reading(session, known, now)

    @contextmanager
    def direct_unit_of_work(self, actor: DirectIdentify) -> Iterator[UnitOfWork]:
        """Open a unit of work for what is done thousands of times a second: its session runs `Prepared` statements only."""
        with Direct(self.engine) as direct:
            now = self.clock.now()
            known = actor(direct, now)
            self._bind(direct, known)
            uow = UnitOfWork(cast(Session, direct), known, now, self.mint_id, self.handlers)
            yield uow
            uow.commit()

    @property
    def stores_at_once(self) -> bool:
        """Tell whether `direct_statements` can be used: PostgreSQL, whose rows are not bound to persons for a transaction."""
        return self.engine.dialect.name == "postgresql" and not self.settings.binds_rows

    @contextmanager
    def direct_statements(self, actor: DirectIdentify) -> Iterator[UnitOfWork]:
        """Open a unit of work each of whose `Prepared` statements is durable as soon as it has run, or not done at all."""
        with Direct(self.engine, single=True) as direct:
            now = self.clock.now()
            known = actor(direct, now)
            uow = UnitOfWork(cast(Session, direct), known, now, self.mint_id, self.handlers)
            yield uow
            uow.commit()

    @contextmanager
    def direct_reading(self, actor: DirectIdentify) -> Iterator[Reading]:
        """Open a look by `Prepared` statements only; on PostgreSQL each of them sees what is committed when it runs."""
        # What binds a person ends with the transaction, so there has to be one.
        with Direct(self.engine, single=not self.settings.binds_rows) as direct:
            now = self.clock.now()
            known = actor(direct, now)
            self._bind(direct, known)
            yield Reading(cast(Session, direct), known, now)

    def _bind(self, session: Session | Direct, actor: Actor) -> None:
        if self.settings.binds_rows:
            row_security.enter(session, actor)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a bare session that only looks, for checks that belong to nobody (doctor, health)."""
        with self._looks() as session:
            try:
                yield session
            except DomainError:
                end_look(session)
                raise
            end_look(session)

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()
        if self.replica is not None:
            self.replica.close()
        self.queue.redis.close()


_current: list[Runtime] = []


def make(settings: Settings, *, statement_seconds: int = 0, **wiring: Any) -> Runtime:
    """Make the runtime for these settings; `statement_seconds` as `make_engine`, `wiring` fills its other fields."""
    return Runtime(
        settings=settings,
        engine=database.make_engine(settings, statement_seconds=statement_seconds),
        queue=job_queue.JobQueue(job_queue.connect(redis_url(settings))),
        blobs=store_of(settings),
        replica=replicas.connect(settings),
        **wiring,
    )


def folder_of(settings: Settings) -> FolderBlobs:
    """Return the folder of stored files: the store, unless a bucket is set."""
    return FolderBlobs(settings.data_dir / "blobs")


def store_of(settings: Settings) -> BlobStore:
    """Return where stored files are kept: in the bucket of the settings, or in the folder."""
    if not settings.s3_bucket:
        return folder_of(settings)
    from kernel.s3_blobs import S3Blobs  # only who keeps files there loads what it takes

    return S3Blobs(settings)


def redis_url(settings: Settings) -> str:
    """Return where Redis is: the one of the settings, or the one that comes along."""
    return settings.redis_url or f"unix://{embedded_socket(settings)}"


def embedded_socket(settings: Settings) -> str:
    """Return where the Redis that comes along listens: a socket in the data folder, or in a short folder made up from its name.

    The system allows a socket's path little more than 100 bytes, and redis-py stumbles over one with a blank or an equals sign in
    it. The short folder lies in a fixed place, not in what TMPDIR says, so that every process of every terminal finds the same.
    """
    return str(_socket(settings, SOCKET))


def stream_socket(settings: Settings) -> Path:
    """Return where the process listens that holds phones; beside the queue's socket."""
    return _socket(settings, "stream.sock")


def _socket(settings: Settings, name: str) -> Path:
    socket = settings.data_dir / name
    if len(os.fsencode(socket)) <= LONGEST_SOCKET and PLAIN_PATH.fullmatch(str(socket)):
        return socket
    digest = hashlib.sha256(os.fsencode(settings.data_dir.resolve())).hexdigest()
    return SHORT_FOLDERS / f"fieldbeat-{digest[:16]}" / name


def settle() -> None:
    """Take what was loaded at start out of the garbage collector's rounds, and let these be rarer.

    It would look through all of it again and again; and a list of thousands of rows alone sets off dozens of rounds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def use(runtime: Runtime) -> None:
    """Make this the process's runtime, for jobs that RQ calls by name."""
    _current[:] = [runtime]


def current() -> Runtime:
    """Return the process's runtime."""
    return _current[0]
