"""The commands `keys`: make, list, rotate and revoke keys of service accounts, and tell which scopes there are."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import click

from cli.by_hand import by_hand
from cli.console import Complaint, say
from cli.lookup import find_person
from cli.options import data_dir_option, read_settings
from dispatch.accounts.keys import queries, service
from dispatch.accounts.keys.queries import KeyRow
from dispatch.accounts.keys.scopes import SCOPES, SUBJECTS
from dispatch.accounts.keys.service import Made
from kernel.actor import system_actor
from kernel.unit_of_work import Reading, UnitOfWork
from sync.worker import make_runtime

AT_ONCE = 200


@click.group()
def keys() -> None:
    """Give other systems keys to the API. An account for one is made by `fieldbeat user add LOGIN --service`."""


@keys.command("add")
@click.argument("login")
@click.option("--name", required=True, help="What the key is called in lists.")
@click.option("--scope", "scopes", multiple=True, required=True, help="What it may do; may be given more than once.")
@click.option("--days", type=click.IntRange(1), help="After how many days it ends; as late as keys may, if left out.")
@click.option("--from", "addresses", multiple=True, metavar="ADDRESS", help="An address or network of its program.")
@data_dir_option
def add_key(login: str, name: str, scopes: tuple[str, ...], days: int | None, addresses: tuple[str, ...]) -> None:
    """Make a key for the service account with LOGIN, and show it this once."""
    settings = read_settings()
    with closing(by_hand(make_runtime(settings))) as runtime, runtime.unit_of_work(system_actor()) as uow:
        made = service.make(
            uow,
            name=name,
            scopes=scopes,
            longest=timedelta(days=settings.key_days),
            expires_at=None if days is None else uow.now + timedelta(days=days),
            addresses=addresses,
            user_id=find_person(uow, login).id,
        )
    _show(made)


@keys.command("list")
@click.argument("login", required=False)
@data_dir_option
def list_keys(login: str | None) -> None:
    """List keys, all or those of the account with LOGIN, the newest first."""
    with closing(make_runtime(read_settings())) as runtime, runtime.reading(system_actor()) as reading:
        for row in _all(reading, None if login is None else find_person(reading, login).id):
            [newest, *_] = row.secrets
            used = max((one.used_at for one in row.secrets if one.used_at), default=None)
            said = f"used {used:%Y-%m-%d %H:%M}" if used else "never used"
            until = f"{row.state}, until {row.expires_at:%Y-%m-%d}"
            say(f"{newest.prefix}  {row.login}  {row.name}  {until}, {said}  {' '.join(row.scopes)}")


@keys.command()
@click.argument("prefix")
@click.option(
    "--grace-hours", type=click.IntRange(0, 168), default=24, show_default=True, help="How long the old one is good."
)
@data_dir_option
def rotate(prefix: str, grace_hours: int) -> None:
    """Write the key that begins with PREFIX anew, and show it this once."""
    settings = read_settings()
    with closing(by_hand(make_runtime(settings))) as runtime, runtime.unit_of_work(system_actor()) as uow:
        row, longest = _find(uow, prefix), timedelta(days=settings.key_days)
        made = service.rotate(uow, key_id=row.id, grace=timedelta(hours=grace_hours), longest=longest)
    _show(made)
    say(f"The one before it is good for {grace_hours} more hours.")


@keys.command()
@click.argument("prefix")
@data_dir_option
def revoke(prefix: str) -> None:
    """Revoke the key that begins with PREFIX, whoever has it: from now on it opens nothing."""
    with closing(by_hand(make_runtime(read_settings()))) as runtime, runtime.unit_of_work(system_actor()) as uow:
        row = _find(uow, prefix)
        service.revoke(uow, key_id=row.id)
    say(f"Revoked {row.name} of {row.login}.")


@keys.command("scopes")
def list_scopes() -> None:
    """List what keys may do."""
    for word, subject in SCOPES.items():
        say(f"{word:22}  {SUBJECTS[subject].en}")


def _show(made: Made) -> None:
    say(f"The key is {made.key} and is not shown again.")


def _find(uow: UnitOfWork, prefix: str) -> KeyRow:
    """Return the one key that begins like this. Raises Complaint."""
    found = [row for row in _all(uow) if any(one.prefix.startswith(prefix[:15]) for one in row.secrets)]
    if len(found) != 1:
        raise Complaint(f"There are {len(found) or 'no'} keys that begin with {prefix[:15]!r}: `fieldbeat keys list`.")
    return found[0]


def _all(reading: Reading, user_id: Any = None) -> list[KeyRow]:
    rows: list[KeyRow] = []
    after: Any = None
    while True:
        page = queries.page_of_keys(reading, limit=AT_ONCE, after=after, user_id=user_id)
        rows += page.items
        after = page.after
        if after is None:
            return rows
