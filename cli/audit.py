"""The command `audit`: reads the chains of the audit log, and says where the first of them breaks."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from cli.console import Complaint, say
from cli.options import data_dir_option, read_settings
from kernel import runtime as runtimes
from kernel.audit import verifying
from kernel.audit.verifying import Head


@click.group()
def audit() -> None:
    """Check that the audit log is what was written."""


@audit.command()
@click.option(
    "--heads",
    "kept",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="What `audit heads` wrote earlier: entries up to there must still be the same.",
)
@data_dir_option
def verify(kept: Path | None) -> int:
    """Read every entry of the audit log, and name the first of each chain that is not what was written.

    The exit status is 1 when there is one.
    """
    noted = [] if kept is None else read_heads(kept.read_text("utf-8"))
    with closing(runtimes.make(read_settings())) as runtime, runtime.session() as session:
        read, broken = verifying.verify(session, kept=noted)
    for one in broken:
        say(f"BROKEN {one}" + ("" if one.id is None else f" (id {one.id})"))
    say(f"Entries read: {read:,}. " + ("The audit log holds." if not broken else f"Broken chains: {len(broken)}."))
    return 1 if broken else 0


@audit.command()
@data_dir_option
def heads() -> None:
    """Write how far every chain has come, as JSON: keep it where nobody who writes to this database can."""
    with closing(runtimes.make(read_settings())) as runtime, runtime.session() as session:
        found = verifying.heads(session)
    say(json.dumps([{"chain": str(one.chain), "n": one.n, "hash": one.hash.hex()} for one in found], indent=2))


def read_heads(text: str) -> list[Head]:
    """Read what `audit heads` wrote. Raises Complaint."""
    try:
        found: Any = json.loads(text)
        return [Head(UUID(one["chain"]), int(one["n"]), bytes.fromhex(one["hash"])) for one in found]
    except (ValueError, KeyError, TypeError) as error:
        raise Complaint("This file was not written by `fieldbeat audit heads`.") from error
