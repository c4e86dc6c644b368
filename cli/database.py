"""The database's form: the commands that bring it forward, take it back and tell where it stands."""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

import migrations
from cli.by_hand import by_hand
from cli.console import Complaint, say
from cli.options import data_dir_option, read_settings
from cli.preflight import check_folder
from kernel import change_feed, row_security
from kernel import runtime as runtimes
from kernel.actor import system_actor
from kernel.audit.acts import Act, ActKind
from kernel.database import READ_ONLY, make_engine
from kernel.settings import Settings

ORDERS_AT_ONCE = 500
ONE_AT_A_TIME = 4_739_128_650
"""The number of the advisory lock under which PostgreSQL lets one process at a time migrate."""
ENDLESS_MS = 2**31 - 1
"""As long as an SQLite can be told to wait for another one's transaction: 24 days."""


@dataclass(frozen=True, slots=True)
class Form:
    """Where a database stands (None: it is empty), and where this release wants it."""

    current: str | None
    newest: str

    @property
    def is_newest(self) -> bool:
        """Tell whether there is nothing to do."""
        return self.current == self.newest


def read_form(engine: Engine) -> Form:
    """Find out where the database stands."""
    newest = ScriptDirectory.from_config(_alembic()).get_current_head()
    assert newest is not None
    with engine.execution_options(**{READ_ONLY: True}).connect() as connection:
        return Form(MigrationContext.configure(connection).get_current_revision(), newest)


def migrate(engine: Engine, revision: str = "head", *, back: bool = False) -> None:
    """Bring the database to a revision, forward or back; one process at a time, others wait and find it done.

    Raises:
        Complaint: there is no such revision, or the database is of a newer release than this one.
    """
    with engine.connect() as connection, _one_at_a_time(connection):
        settings = _alembic(connection)
        locked = _unlocked_rows(connection)
        try:
            (command.downgrade if back else command.upgrade)(settings, revision)
        except CommandError as error:
            raise Complaint(f"The database cannot be brought to {revision}: {error}") from error
        finally:
            if locked:
                with connection.begin():
                    row_security.switch_on(connection)


def _unlocked_rows(connection: Connection) -> bool:
    """Take the lock off the rows, since steps may take columns away that it looks at, or add tables; tell whether it was on."""
    if connection.dialect.name != "postgresql":
        return False
    with connection.begin():
        return bool(row_security.switch_off(connection))


def open_engine(settings: Settings) -> Engine:
    """Make the engine and try it out; the data folder is made for an SQLite in there.

    Raises:
        Complaint: the database cannot be reached.
    """
    engine = make_engine(settings)
    if engine.url.database and Path(engine.url.database).parent == settings.data_dir:
        check_folder(settings.data_dir)
    try:
        with engine.connect():
            return engine
    except SQLAlchemyError as error:
        engine.dispose()
        raise Complaint(unreachable(engine, error)) from error


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """Open the database until the block ends. Raises what `open_engine` raises."""
    engine = open_engine(settings)
    try:
        yield engine
    finally:
        engine.dispose()


def unreachable(engine: Engine, error: SQLAlchemyError) -> str:
    """Say in one sentence that the database does not answer, and what its driver says of it."""
    cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return f"The database {engine.url.render_as_string()} cannot be reached ({cause}): check FIELDBEAT_DATABASE_URL."


def _alembic(connection: Connection | None = None) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


@contextlib.contextmanager
def _one_at_a_time(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "postgresql":
        # The steps are one transaction there (see migrations/env.py): others wait for it, however long it takes.
        driver = connection.connection.driver_connection
        assert driver is not None
        (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute(f"PRAGMA busy_timeout = {ENDLESS_MS}")
        yield
        driver.execute(f"PRAGMA busy_timeout = {patience}")
        return
    with connection.begin():
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": ONE_AT_A_TIME})
    try:
        yield
    finally:
        if unfinished := connection.get_transaction():
            unfinished.close()
        with connection.begin():
            connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": ONE_AT_A_TIME})


@click.group()
def db() -> None:
    """Bring the database to the form that this release needs."""


@db.command()
@click.argument("revision", default="head")
@data_dir_option
def upgrade(revision: str) -> None:
    """Bring the database forward, to the newest REVISION unless told otherwise."""
    _migrate(revision, back=False)
    from cli.sealing import register

    settings = read_settings()
    with opened(settings) as engine:
        if not read_form(engine).is_newest:
            return
    register(settings)


@db.command()
@click.argument("revision")
@data_dir_option
def downgrade(revision: str) -> None:
    """Take the database back to REVISION: a number, `-1` for one step, or `base` for nothing at all."""
    _migrate(revision, back=True)


@db.command()
@data_dir_option
def current() -> None:
    """Tell where the database stands."""
    with opened(read_settings()) as engine:
        _tell(read_form(engine))


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_dir_option
def backup(file: Path) -> None:
    """Copy an SQLite database to FILE, whole and consistent, while the product runs. PostgreSQL has pg_dump for that."""
    with opened(read_settings()) as engine:
        if engine.dialect.name != "sqlite":
            raise Complaint("This database is a PostgreSQL: back it up with pg_dump, or with what your operators use.")
        if file.exists():
            raise Complaint(f"{file} is there already: choose another name.")
        with engine.connect() as source, contextlib.closing(sqlite3.connect(file)) as target:
            driver = source.connection.driver_connection
            assert driver is not None
            driver.backup(target)
    say(f"Copied the database to {file}. Back up the folder `blobs` beside it, too.")
    say(
        "Personal data in it are sealed: without the keys (`fieldbeat sealing status` says where they are) nobody reads them."
    )


@db.command()
@click.confirmation_option(prompt="Has this database just been restored from a backup?")
@data_dir_option
def restored() -> None:
    """Begin a new epoch, after a backup was restored: phones pull everything anew, and hand in again what the backup lacks."""
    # The business is imported here: `up` needs this module at once, and none of that.
    from cli.lookup import all_regions

    with (
        contextlib.closing(by_hand(runtimes.make(read_settings()))) as runtime,
        runtime.unit_of_work(system_actor()) as uow,
    ):
        regions = all_regions(uow)
        for region in regions:
            change_feed.begin_epoch(uow.session, region.id)
        uow.record(Act(ActKind.COMMAND, details={"regions": len(regions)}))
    say(f"A new epoch has begun in {len(regions)} regions.")


@db.command("clocks")
@data_dir_option
def clocks() -> None:
    """Give service clocks to orders from before there were any. It may be stopped and run again, while the product runs."""
    from dispatch.work_orders.backfill import backfill_clocks

    after, total = None, 0
    with contextlib.closing(runtimes.make(read_settings())) as runtime:
        while True:
            with runtime.unit_of_work(system_actor()) as uow:
                after, count = backfill_clocks(uow, after=after, limit=ORDERS_AT_ONCE)
            total += count
            if after is None:
                break
    say(f"{total} orders have clocks now that had none.")


@db.group("row-security")
def row_security_group() -> None:
    """Let PostgreSQL itself keep rows of other regions from people (see FIELDBEAT_ROW_SECURITY)."""


@row_security_group.command()
@data_dir_option
def on() -> None:
    """Put the lock on every table with a region. Set FIELDBEAT_ROW_SECURITY=yes after that, and start anew."""
    with _postgres() as connection:
        names = row_security.switch_on(connection)
    say(f"{len(names)} tables are locked by region. FIELDBEAT_ROW_SECURITY=yes makes use of it.")


@row_security_group.command()
@data_dir_option
def off() -> None:
    """Take the lock off again. Set FIELDBEAT_ROW_SECURITY=no before that, and start anew."""
    with _postgres() as connection:
        names = row_security.switch_off(connection)
    say(f"{len(names)} tables are not locked any more.")


@row_security_group.command()
@data_dir_option
def show() -> None:
    """Tell which tables are locked, and which are not."""
    with _postgres() as connection:
        names, open_ones = row_security.locked(connection), row_security.unlocked(connection)
    say(f"{len(names)} tables are locked by region.")
    if names and open_ones:
        raise Complaint(f"Not locked: {', '.join(open_ones)}. `fieldbeat db row-security on` locks them.")


@contextlib.contextmanager
def _postgres() -> Iterator[Connection]:
    with opened(read_settings()) as engine:
        if engine.dialect.name != "postgresql":
            raise Complaint("Only PostgreSQL can lock rows: this database is an SQLite.")
        with engine.begin() as connection:
            yield connection


def _migrate(revision: str, *, back: bool) -> None:
    with opened(read_settings()) as engine:
        migrate(engine, revision, back=back)
        _tell(read_form(engine))


def _tell(form: Form) -> None:
    stands = f"stands at {form.current}" if form.current else "is empty"
    wanted = "the newest" if form.is_newest else f"the newest is {form.newest}; `fieldbeat db upgrade` brings it there"
    say(f"The database {stands}: {wanted}.")
