"""What is looked at to tell whether the product is well, and what each look found, in words."""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from checklists.signoff import queries as signoff
from cli import kept_files
from cli.database import read_form, unreachable
from cli.looks import Finding, Look, State
from cli.sealing_look import look_at_keys
from cli.sign_in_looks import look_at_passwords, look_at_sign_in
from kernel import outbox, row_security
from kernel import runtime as runtimes
from kernel.audit.verifying import verify
from kernel.blobs import StoreAway
from kernel.change_feed import read_heads
from kernel.runtime import Runtime
from sync.ingest import queries as inbox

MIB = 1024 * 1024
WAITING = timedelta(minutes=1)
STUCK = timedelta(minutes=5)
LATE_MAIL = timedelta(hours=1)
AUDIT_LOOKED_BACK = 5_000
"""Entries of each chain that are read; `fieldbeat audit verify` reads all."""
GAP_STAYS = timedelta(days=5)
"""How long the sign-off before may be missing: as long as a silent phone's ops are waited for."""


def look_at_everything(runtime: Runtime) -> list[Finding]:
    """Take all looks that make sense. What cannot be reached is told once, and does not hide the rest."""
    findings: dict[str, Finding] = {}
    for look in LOOKS:
        needed = findings.get(look.needs) if look.needs else None
        if look.needs is None or (needed is not None and needed.state is not State.BAD):
            findings[look.name] = _take(look, runtime)
    return list(findings.values())


def _take(look: Look, runtime: Runtime) -> Finding:
    try:
        return look.take(runtime)
    except SQLAlchemyError as error:
        return Finding(look.name, State.BAD, unreachable(runtime.engine, error), START_DATABASE)
    except (RedisError, OSError) as error:
        return Finding(look.name, State.BAD, f"Redis does not answer ({error}).", START_REDIS)


START_DATABASE = "Start the database, or correct FIELDBEAT_DATABASE_URL."
START_REDIS = "Start the product with `fieldbeat up`; or start your Redis, or correct FIELDBEAT_REDIS_URL."
UPGRADE = "Run `fieldbeat db upgrade`; `fieldbeat up` does it by itself."


def _folder(runtime: Runtime) -> Finding:
    folder = runtime.settings.data_dir
    do = "Give the folder to the user that runs Fieldbeat, or choose another with FIELDBEAT_DATA_DIR."
    if not folder.is_dir():
        return Finding("folder", State.BAD, f"There is no data folder {folder}.", "`fieldbeat up` makes it.")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding("folder", State.BAD, f"Nothing can be written in {folder} ({error.strerror}).", do)
    return Finding("folder", State.OK, f"{folder} can be written.")


def _disk(runtime: Runtime) -> Finding:
    folder = runtime.settings.data_dir
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    says = f"{usage.free // MIB:,} MiB of {usage.total // MIB:,} MiB are free at {folder}."
    do = "Make room or move the data folder: without space nothing can be stored."
    if usage.free < 200 * MIB:
        return Finding("disk", State.BAD, says, do)
    return Finding("disk", State.WARN, says, do) if usage.free < 2048 * MIB else Finding("disk", State.OK, says)


def _files(runtime: Runtime) -> Finding:
    bucket = runtime.settings.s3_bucket
    name = f"The bucket {bucket!r}" if bucket else "The folder of stored files"
    began = time.perf_counter()
    try:
        runtime.blobs.try_out()
    except StoreAway as error:
        do = "Photos wait until it is back. Look at FIELDBEAT_S3_… and at the store." if bucket else NO_FOLDER
        return Finding("files", State.BAD, f"{name} cannot be used ({error.strerror}).", do)
    return Finding("files", State.OK, f"{name} takes and gives back in {_milliseconds(began)}.")


NO_FOLDER = "Give the folder `blobs` in the data folder to the user that runs Fieldbeat."


def _database(runtime: Runtime) -> Finding:
    if missing := _missing_file(runtime):
        return Finding("database", State.BAD, f"There is no database {missing} yet.", UPGRADE)
    began = time.perf_counter()
    with runtime.session() as session:
        postgres = runtime.engine.dialect.name == "postgresql"
        version = session.scalar(text("SHOW server_version" if postgres else "SELECT sqlite_version()"))
    name = "PostgreSQL" if postgres else "SQLite"
    return Finding("database", State.OK, f"{name} {version} answers in {_milliseconds(began)}.")


def _missing_file(runtime: Runtime) -> str | None:
    """Return the path of an SQLite that is not there; looking at it would make it."""
    url = runtime.engine.url
    if url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists():
        return None
    return url.database


def _migrations(runtime: Runtime) -> Finding:
    form = read_form(runtime.engine)
    if form.is_newest:
        return Finding("migrations", State.OK, f"The tables are up to date ({form.current}).")
    return Finding(
        "migrations", State.BAD, f"The tables are at {form.current or 'nothing'}, not at {form.newest}.", UPGRADE
    )


def _clock(runtime: Runtime) -> Finding:
    if runtime.engine.dialect.name != "postgresql":
        return Finding(
            "clock", State.OK, f"It is {runtime.clock.now():%Y-%m-%d %H:%M:%S} UTC; the database has no other clock."
        )
    with runtime.session() as session:
        before = runtime.clock.now()
        there: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        after = runtime.clock.now()
    # The answer was given somewhere in between; only what lies outside is a difference.
    apart = max(before - there.astimezone(UTC), there.astimezone(UTC) - after, timedelta(0)).total_seconds()
    says = f"This machine's clock and the database's are {apart:.1f} s apart."
    do = "Let both machines follow a time server (chrony, systemd-timesyncd)."
    if apart > 60:
        return Finding("clock", State.BAD, says, do)
    return Finding("clock", State.WARN, says, do) if apart > 2 else Finding("clock", State.OK, says)


def _redis(runtime: Runtime) -> Finding:
    began = time.perf_counter()
    key = f"fieldbeat:doctor:{os.getpid()}"
    runtime.queue.redis.set(key, "here", ex=10)
    came_back = runtime.queue.redis.getdel(key) == b"here"
    if not came_back:
        return Finding("redis", State.BAD, "Redis lost what it was just given.", "Ask who else writes to this Redis.")
    return Finding("redis", State.OK, f"Redis takes and gives back in {_milliseconds(began)}.")


def _workers(runtime: Runtime) -> Finding:
    count = runtime.queue.workers()
    if count:
        return Finding("workers", State.OK, f"At work: {count}.")
    do = "Start one: `fieldbeat up` does, and `fieldbeat worker` on further hosts."
    return Finding("workers", State.BAD, "None is at work: what phones send is stored, and waits.", do)


def _stream(runtime: Runtime) -> Finding:
    path = runtimes.stream_socket(runtime.settings)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(2)
        try:
            line.connect(str(path))
        except OSError:
            says = "No process holds phones that wait for news: they hear of it when they ask, every few minutes."
            return Finding(
                "stream", State.WARN, says, "Run `fieldbeat stream` beside each web server; `fieldbeat up` does."
            )
    return Finding("stream", State.OK, "A process holds the phones that wait for news.")


def _queue(runtime: Runtime) -> Finding:
    depth, oldest = runtime.queue.depth(), runtime.queue.oldest()
    waits = timedelta(0) if oldest is None else runtime.clock.now() - oldest
    says = f"Wake-ups that wait: {depth}" + (f", the first for {_duration(waits)}." if depth else ".")
    return Finding("queue", _by_age(waits), says, "" if waits < WAITING else KEEP_UP)


KEEP_UP = "Look into the workers' logs; if they are busy, start more of them (FIELDBEAT_WORKERS)."


def _inbox(runtime: Runtime) -> Finding:
    with runtime.session() as session:
        found = inbox.backlog(session)
    waits = timedelta(0) if found.oldest_pending is None else runtime.clock.now() - found.oldest_pending
    says = f"Ops that wait for a worker: {found.pending}, for one before them: {found.held}, for a person: {found.quarantined}."
    if found.pending:
        says += f" The first came {_duration(waits)} ago."
    if waits >= WAITING:
        return Finding("inbox", _by_age(waits), says, KEEP_UP)
    if found.quarantined:
        return Finding("inbox", State.WARN, says, "Somebody should look at what is in quarantine.")
    return Finding("inbox", State.OK, says)


def _outbox(runtime: Runtime) -> Finding:
    with runtime.session() as session:
        count, oldest = outbox.backlog(session)
    if not count or oldest is None:
        return Finding("outbox", State.OK, "No message waits to be sent.")
    waits = runtime.clock.now() - _aware(oldest)
    says = f"Messages that wait to be sent: {count}, the first for {_duration(waits)}."
    do = "Look into the workers' logs for what the receiver answers."
    return Finding("outbox", State.WARN, says, do) if waits > LATE_MAIL else Finding("outbox", State.OK, says)


def _waiting(runtime: Runtime) -> Finding:
    says, since = kept_files.waiting(runtime)
    if since is None:
        return Finding("waiting", State.OK, "No photo and no report waits for a worker.")
    waits = runtime.clock.now() - since
    says = f"{says[0].upper()}{says[1:]}. The first has waited for {_duration(waits)}."
    if waits < kept_files.LATE:
        return Finding("waiting", State.OK, says)
    do = "They are tried again for as long as it takes: see to what is said of the files, and look into `logs/worker-slow.log`."
    return Finding("waiting", State.WARN, says, do)


def _missing(runtime: Runtime) -> Finding:
    try:
        asked, gone = kept_files.missing(runtime)
    except StoreAway as error:
        return Finding(
            "missing", State.WARN, f"What is in the store cannot be told ({error.strerror}).", "See `files`."
        )
    if not gone:
        return Finding("missing", State.OK, f"Of photos and reports {asked} were asked for, and all are in the store.")
    says = f"Of {asked} photos and reports {len(gone)} are not in the store; one is {gone[0]}."
    return Finding("missing", State.BAD, says, "Bring the stored files back from the backup; nothing else has them.")


def _sign_offs(runtime: Runtime) -> Finding:
    now = runtime.clock.now()
    with runtime.session() as session:
        broken = signoff.broken_chains(
            session, recorded_after=now - signoff.LOOKED_BACK, recorded_before=now - GAP_STAYS, limit=100
        )
    if not broken:
        return Finding("sign-offs", State.OK, "The chains of sign-offs of all phones hold.")
    first = broken[0]
    says = f"Sign-offs at which a phone's chain does not hold: {len(broken)}, the last {first.at.sign_off_id} ({first.fault})."
    return Finding("sign-offs", State.WARN, says, "Ask at /v1/sign-off-chains/broken, and then whose phone it is.")


def _audit(runtime: Runtime) -> Finding:
    with runtime.session() as session:
        read, broken = verify(session, last=AUDIT_LOOKED_BACK)
    if not broken:
        return Finding("audit", State.OK, f"The audit log holds: {read:,} entries were read, the last of each region.")
    says = f"The audit log was tampered with: {broken[0]}. Chains that do not hold: {len(broken)}."
    return Finding("audit", State.BAD, says, "Run `fieldbeat audit verify`, and ask who writes to this database.")


def _aware(moment: datetime | str) -> datetime:
    """Read a time as a bare statement gives it: SQLite has it as text, and without its zone."""
    read = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _by_age(waits: timedelta) -> State:
    return State.BAD if waits >= STUCK else State.WARN if waits >= WAITING else State.OK


def _milliseconds(began: float) -> str:
    return f"{(time.perf_counter() - began) * 1000:.1f} ms"


def _duration(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def _rows(runtime: Runtime) -> Finding:
    """Look whether the second lock is on every table, where it is to be on."""
    if not runtime.settings.binds_rows:
        return Finding("rows", State.OK, "Who sees which rows is up to the product alone (FIELDBEAT_ROW_SECURITY).")
    with runtime.engine.connect() as connection:
        bare, held = row_security.unlocked(connection), row_security.locked(connection)
    if bare:
        some = ", ".join(bare[:3]) + (f" and {len(bare) - 3} more" if len(bare) > 3 else "")
        return Finding("rows", State.BAD, f"Not locked: {some}.", "`fieldbeat db row-security on` locks them.")
    return Finding("rows", State.OK, f"Tables that are locked by region: {len(held)}.")


def _replica(runtime: Runtime) -> Finding:
    if runtime.replica is None:
        return Finding("replica", State.OK, "None is used.")
    do = "Pulls go on without it. Start it, or correct FIELDBEAT_REPLICA_URL."
    try:
        seen = runtime.replica.heads()
    except SQLAlchemyError:
        return Finding("replica", State.WARN, "The replica does not answer, or is no copy of the database.", do)
    # The replica first: what is committed in between must not make it look as if it were ahead.
    with runtime.session() as session:
        behind = [head - seen.get(region_id, 0) for region_id, head in read_heads(session).items()]
    if any(number < 0 for number in behind):
        do = "It follows another database, or one from before a restore: build it anew, or take FIELDBEAT_REPLICA_URL away."
        return Finding("replica", State.BAD, "The replica holds changes that the database does not have.", do)
    return Finding("replica", State.OK, f"The replica answers, {sum(behind):,} changes behind.")


LOOKS = (
    Look("folder", _folder),
    Look("disk", _disk),
    Look("files", _files, "folder"),
    Look("database", _database),
    Look("migrations", _migrations, "database"),
    Look("clock", _clock, "database"),
    Look("rows", _rows, "migrations"),
    Look("replica", _replica, "migrations"),
    Look("redis", _redis),
    Look("workers", _workers, "redis"),
    Look("stream", _stream, "folder"),
    Look("queue", _queue, "redis"),
    Look("inbox", _inbox, "migrations"),
    Look("outbox", _outbox, "migrations"),
    Look("waiting", _waiting, "migrations"),
    Look("missing", _missing, "migrations"),
    Look("sign-offs", _sign_offs, "migrations"),
    Look("audit", _audit, "migrations"),
    Look("passwords", look_at_passwords, "migrations"),
    Look("sign-in", look_at_sign_in, "migrations"),
    Look("sealing", look_at_keys, "migrations"),
)


def worst(findings: Sequence[Finding]) -> State:
    """Return the worst of all states."""
    states = {finding.state for finding in findings}
    return next(state for state in (State.BAD, State.WARN, State.OK) if state in states)
