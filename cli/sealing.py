"""The command `sealing`: which keys seal personal data, a new one, and everything sealed anew with it."""

import time
from collections.abc import Callable
from contextlib import closing
from uuid import UUID

import click
import orjson
from sqlalchemy import Table

from cli.by_hand import by_hand
from cli.console import Complaint, say
from cli.options import data_dir_option, read_settings
from kernel import runtime as runtimes
from kernel.actor import system_actor
from kernel.resealing import Batch, counts, renew, sealed_tables, unseal
from kernel.runtime import Runtime
from kernel.sealing import new_key, write_key
from kernel.sealing_keys import add_key, key_file
from kernel.sealing_register import forget_keys, known_keys, missing_keys, note_key
from kernel.settings import Settings

TOLD_EVERY_SECONDS = 5
ROWS_AT_ONCE = 500

Rewrite = Callable[..., Batch]


@click.group()
def sealing() -> None:
    """Look after the keys that seal personal data in the database."""


@sealing.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@data_dir_option
def status(as_json: bool) -> int:
    """Tell which keys there are, and how many texts each of them seals. The exit status is 1 when a key is missing."""
    settings = read_settings()
    _know_tables()
    with closing(runtimes.make(settings)) as runtime, runtime.session() as session:
        keys = [key.name for key in runtime.sealer.keys]
        missing = missing_keys(session, runtime.sealer.keys)
        found = counts(session, {*keys, *known_keys(session)})
    if as_json:
        columns = {one.column: {"by_key": one.by_key, "plain": one.plain} for one in found}
        told = {"kept": where(settings), "seals": keys[0], "opens": keys, "missing": missing, "columns": columns}
        say(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
        return 1 if missing else 0
    say(f"Keys from {where(settings)}: {keys[0]} seals" + (f"; {', '.join(keys[1:])} open, too." if keys[1:] else "."))
    for one in found:
        sealed = ", ".join(f"{count:,} with {name}" for name, count in one.by_key.items()) or "none sealed"
        say(f"  {one.column}: {sealed}" + (f", {one.plain:,} not sealed" if one.plain else ""))
    if missing:
        say(f"MISSING {', '.join(missing)}: what these sealed cannot be opened here.")
    return 1 if missing else 0


def where(settings: Settings) -> str:
    """Say where the keys are."""
    return "FIELDBEAT_SEALING_KEYS" if settings.sealing_keys else str(key_file(settings))


@sealing.command("new-key")
@data_dir_option
def new_key_() -> None:
    """Make a key that seals from now on; those from before open what they sealed. Start the product anew, then renew."""
    settings = read_settings()
    key = new_key()
    if settings.sealing_keys:
        say(f"Put this before the keys in FIELDBEAT_SEALING_KEYS, on every host: {write_key(key)}")
    else:
        with closing(runtimes.make(settings)) as runtime:
            runtime.sealer.keys  # noqa: B018 - the first one is made, unless the database has one that is not here
        add_key(settings, key)
        say(f"{key.name} is in {key_file(settings)}: keep a copy of that file apart from backups of the database.")
    say("Start the product anew, so that all of it knows the key; then run `fieldbeat sealing renew`.")


@sealing.command("renew")
@data_dir_option
def renew_() -> int:
    """Seal with the newest key whatever is sealed with an older one, or not at all.

    It works while the product does, some rows at a time; it may be stopped and run again. The exit status is 1 when a text could
    not be opened: those stay as they are, and are named.
    """
    _know_tables()
    with closing(by_hand(runtimes.make(read_settings()))) as runtime:
        _register(runtime)
        written, unopenable = _all_rows(runtime, renew)
        with runtime.session() as session:
            names = set(known_keys(session))
            used = {name for one in counts(session, names) for name in one.by_key}
        gone = sorted(names - used - {runtime.sealer.newest.name})
        if gone and not unopenable:
            with runtime.unit_of_work(system_actor()) as uow:
                forget_keys(uow, gone)
            say(f"Nothing is sealed with {', '.join(gone)} any more: keep it as long as backups that need it.")
    say(f"Done: {written:,} rows sealed with {runtime.sealer.newest.name}.")
    return 1 if unopenable else 0


@sealing.command("open")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_dir_option
def open_(yes: bool) -> int:
    """Open everything for good, before the database is taken back to a release that knows no sealing. Stop the product first."""
    if not yes:
        click.confirm(
            "Telephone numbers and e-mail addresses will stand in the database as people read them. Go on?", abort=True
        )
    _know_tables()
    with closing(by_hand(runtimes.make(read_settings()))) as runtime:
        written, unopenable = _all_rows(runtime, unseal)
    say(f"Done: {written:,} rows opened.")
    return 1 if unopenable else 0


def _know_tables() -> None:
    import migrations.tables  # noqa: F401 - all that have sealed texts; `up`, which only registers its key, has no time for it


def _all_rows(runtime: Runtime, rewrite: Rewrite) -> tuple[int, int]:
    written = unopenable = 0
    told = time.monotonic()
    for table in sealed_tables():
        after: UUID | None = None
        while True:
            batch = _one_batch(runtime, rewrite, table, after)
            written, unopenable = written + batch.written, unopenable + len(batch.unopenable)
            for key in batch.unopenable:
                say(f"UNOPENABLE {table.name} {key}")
            if time.monotonic() - told >= TOLD_EVERY_SECONDS:
                told = time.monotonic()
                say(f"  {table.name}: {written:,} rows so far")
            after = batch.last
            if after is None:
                break
    return written, unopenable


def _one_batch(runtime: Runtime, rewrite: Rewrite, table: Table, after: UUID | None) -> Batch:
    with runtime.unit_of_work(system_actor()) as uow:
        return rewrite(uow, table, after=after, limit=ROWS_AT_ONCE)


def register(settings: Settings) -> None:
    """Note in the database which key seals in it.

    Raises Complaint: it was sealed with keys that are not here, so that a part of it could not be read.
    """
    with closing(runtimes.make(settings)) as runtime:
        _register(runtime)


def _register(runtime: Runtime) -> None:
    with runtime.session() as session:
        known, missing = known_keys(session), missing_keys(session, runtime.sealer.keys)
    if missing:
        raise Complaint(
            f"This database was sealed with the key {', '.join(map(repr, missing))}, which is not in "
            f"{where(runtime.settings)}: bring it there. Without it nobody reads what it sealed."
        )
    if runtime.sealer.newest.name not in known:
        with runtime.unit_of_work(system_actor()) as uow:
            note_key(uow, runtime.sealer.newest)
