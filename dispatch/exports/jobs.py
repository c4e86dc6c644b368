"""Writes exports, one after the other, and deletes files whose time is over."""

import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from dispatch.accounts.queries import actor_of_user
from dispatch.exports import errors, running, tidying
from dispatch.exports.kinds.kind import Names
from dispatch.exports.running import Stopped, Taken
from dispatch.exports.states import Language
from dispatch.exports.stored_filters import unpack
from dispatch.exports.writers import Writer, writer_of
from kernel.actor import Actor, system_actor
from kernel.audit.acts import Act, ActKind, Origin
from kernel.audit.masking import masked
from kernel.blobs import StoreAway
from kernel.errors import DomainError
from kernel.job_queue import Lane
from kernel.locked_blobs import LockingFile
from kernel.runtime import Runtime
from kernel.unit_of_work import Reading

log = structlog.get_logger(__name__)

WRITE, TIDY = "exports.write", "exports.tidy"
PAGE = 500
"""Rows that are read, and held in memory, at a time."""
SAY_SECONDS = 1.0
"""How often somebody who waits is told how far it is."""
TIDY_SIZE = 50
_WHOSE = ("id", "customer_id", "site_id")


def write_exports(runtime: Runtime) -> None:
    """Write the export that has waited longest, and ring for the next; a job for each, so that others have their turn."""
    with runtime.unit_of_work(system_actor()) as uow:
        taken = running.take(uow)
    if taken is None:
        return
    try:
        _write(runtime, taken)
    except Stopped:
        log.info("export stopped", export_id=str(taken.id))
    except DomainError as refused:
        _fail(runtime, taken, refused)
    except Exception:  # it is begun anew when the lease is over, a few times, and then failed where its person looks
        log.exception("export not written", export_id=str(taken.id))
    runtime.queue.ring(WRITE, lane=Lane.SLOW)


def _fail(runtime: Runtime, taken: Taken, refused: DomainError) -> None:
    try:
        with runtime.unit_of_work(system_actor()) as uow:
            running.fail(uow, taken, refused)
    except Stopped:
        log.info("export stopped", export_id=str(taken.id))


def _write(runtime: Runtime, taken: Taken) -> None:
    if taken.left_behind is not None:
        runtime.blobs.delete(taken.left_behind)
    # Locked from its first byte on, so that nothing readable is left on the disk of a worker that dies.
    with tempfile.TemporaryFile() as aside:
        locked = LockingFile(cast(BinaryIO, aside), taken.key)
        with runtime.snapshot(_Person(taken)) as reading:
            rows = _write_rows(runtime, taken, reading, locked)
        with runtime.unit_of_work(system_actor()) as uow:
            running.go_on(uow, taken, rows_done=rows)
            running.about_to_store(uow, taken, digest=locked.digest, size=locked.size)
        aside.seek(0)
        runtime.blobs.put(cast(BinaryIO, aside))
    try:
        with runtime.unit_of_work(system_actor()) as uow:
            running.hand_over(uow, taken, keep=timedelta(hours=runtime.settings.export_keep_hours))
    except Stopped:
        runtime.blobs.delete(locked.digest)
        raise


class _Person:
    """Finds the person who wanted an export, as they are now. Raises Conflict (export.person_gone)."""

    def __init__(self, taken: Taken) -> None:
        self._user_id = taken.user_id

    def __call__(self, session: Session, now: datetime) -> Actor:
        try:
            return actor_of_user(session, self._user_id, now)
        except DomainError as closed:
            raise errors.PERSON_GONE() from closed


def _write_rows(runtime: Runtime, taken: Taken, reading: Reading, locked: LockingFile) -> int:
    """Write all rows, as its person sees them at one moment; returns how many."""
    kind, filters = taken.kind, unpack(taken.kind.filters, taken.filters)
    total = kind.count(reading, filters)
    most = runtime.settings.export_max_rows
    if total > most:
        raise errors.TOO_MANY_ROWS(f"{total} rows, of {most} at most")
    with runtime.unit_of_work(system_actor()) as uow:
        running.begin(uow, taken, rows=total, actor=reading.actor)
    writer = _writer(taken, locked)
    diary = _Diary(runtime, taken, reading.actor)
    names, done, after = Names(), 0, None
    while True:
        page = kind.page(reading, filters, PAGE, after)
        # Written down before anybody can fetch it.
        diary.note(page.items, done + len(page.items))
        writer.add(kind.cells(reading, page.items, taken.columns, names))
        done += len(page.items)
        after = page.after
        if after is None:
            break
    with runtime.unit_of_work(system_actor()) as uow:
        running.go_on(uow, taken, rows_done=done)  # a lease for what the workbook still has to do
    writer.close()
    return done


def _writer(taken: Taken, locked: LockingFile) -> Writer:
    chinese = taken.language is Language.CHINESE
    return writer_of(
        taken.format,
        locked,
        title=taken.kind.titles[chinese],
        header=[taken.kind.columns[name][chinese] for name in taken.columns],
        zone=ZoneInfo(taken.timezone),
    )


class _Diary:
    """Says how far an export is, and writes down whose personal data are in it."""

    def __init__(self, runtime: Runtime, taken: Taken, actor: Actor) -> None:
        self._runtime = runtime
        self._taken = taken
        self._actor = actor
        self._personal = not taken.kind.personal.isdisjoint(taken.columns)
        self._said = time.monotonic()

    def note(self, rows: Sequence[Any], done: int) -> None:
        """Note a page of rows. Raises Stopped."""
        if not (self._personal and rows) and time.monotonic() - self._said < SAY_SECONDS:
            return
        self._said = time.monotonic()
        origin = Origin(f"export {self._taken.kind_name}", subject_id=self._taken.id)
        with self._runtime.unit_of_work(self._actor, origin) as uow:
            running.go_on(uow, self._taken, rows_done=done)
            if self._personal and rows:
                uow.record(self._act(rows))

    def _act(self, rows: Sequence[Any]) -> Act:
        regions = {row.region_id for row in rows}
        keys = (getattr(row, name, None) for row in rows for name in _WHOSE)
        asked = {name: masked(value) if name == "q" else str(value)[:64] for name, value in self._taken.filters.items()}
        return Act(
            ActKind.READ,
            region_id=next(iter(regions)) if len(regions) == 1 else None,
            subjects=frozenset(key for key in keys if isinstance(key, UUID)),
            details={"rows": len(rows), **({"asked": asked} if asked else {})},
        )


def tidy_exports(runtime: Runtime) -> None:
    """Delete files whose time is over, some at a time, and then forget exports that nobody needs to see any more."""
    while True:
        with runtime.reading(system_actor()) as reading:
            gone = tidying.leftovers(reading, limit=TIDY_SIZE)
        try:
            for one in gone:
                runtime.blobs.delete(one.digest)
        except StoreAway as away:
            log.warning("files of exports not deleted", reason=str(away))
            return
        with runtime.unit_of_work(system_actor()) as uow:
            tidying.forget_files(uow, gone)
            tidying.forget(uow)
        if len(gone) < TIDY_SIZE:
            return
