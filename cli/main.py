"""The command `fieldbeat`: finds the subcommand, and turns whatever keeps it from its work into one sentence."""

import importlib
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from cli.console import Complaint


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subcommand is, and what it does in a line; so that the list of them costs no import."""

    module: str
    attribute: str
    does: str


COMMANDS = {
    "up": Place("cli.up", "up", "Run the product: database, queue, web server, workers."),
    "doctor": Place("cli.doctor", "doctor", "Check everything and say in words what is wrong."),
    "import": Place("cli.imports", "import_", "Bring in service requests (CSV) or zones (GeoJSON)."),
    "user": Place("cli.accounts", "user", "Add people who may sign in; reset a lost second factor."),
    "keys": Place("cli.keys", "keys", "Give other systems keys to the API."),
    "device": Place("cli.accounts", "device", "Enrol phones."),
    "simulate": Place("cli.simulate", "simulate", "Play a day of phones against the product, and check the result."),
    "audit": Place("cli.audit", "audit", "Check that the audit log is what was written."),
    "db": Place("cli.database", "db", "Bring the database to the form that this release needs."),
    "sealing": Place("cli.sealing", "sealing", "Change the keys that seal personal data, and seal it anew."),
    "blobs": Place("cli.blobs", "blobs", "Copy stored files from the folder into an S3-compatible store."),
    "worker": Place("cli.worker", "worker", "Run one worker; `up` starts them by itself."),
    "stream": Place("cli.stream", "stream", "Hold phones that wait for news; `up` starts it by itself."),
    "openapi": Place("cli.documents", "openapi", "Write the API's description (OpenAPI 3.1)."),
    "settings": Place("cli.documents", "settings", "Write the reference of all settings."),
    "errors": Place("cli.documents", "errors", "Write the catalogue of all error codes."),
}


class Commands(click.Group):
    """The subcommands, each imported only when it is called."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return their names, those that a newcomer needs first."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Import a subcommand."""
        place = COMMANDS.get(name)
        if place is None:
            return None
        found: click.Command = getattr(importlib.import_module(place.module), place.attribute)
        return found

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list for --help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.does) for name, place in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="fieldbeat")
def fieldbeat() -> None:
    """Fieldbeat: the open backend for on-site service. Every command takes its settings from FIELDBEAT_… variables."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process: 0 when it worked, 1 when something was in the way, 2 when it was asked wrongly."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show Chinese shows question marks
    try:
        status = fieldbeat.main(arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped.", err=True)
        sys.exit(130)
    except Complaint as complaint:
        click.echo(complaint, err=True)
        sys.exit(complaint.status)
    except Exception as error:
        sentence = explain(error)
        if sentence is None:
            raise
        click.echo(sentence, err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def explain(error: Exception) -> str | None:
    """Say in a sentence what a person can do about, or return None: then it is a mistake of ours, and its trace is wanted."""
    from redis.exceptions import ConnectionError as NoRedis
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from kernel.errors import DomainError
    from kernel.sealing import SealingError
    from kernel.settings import SettingsError

    if isinstance(error, SettingsError | SealingError):
        return str(error)
    if isinstance(error, DomainError):
        fields = (f"\n  {one.path}: {one.detail}" for one in error.fields)
        return " ".join([error.entry.title, error.detail]).strip() + "".join(fields)
    if isinstance(error, NoRedis):
        return (
            f"Redis cannot be reached ({error}): check FIELDBEAT_REDIS_URL, or start the product with `fieldbeat up`."
        )
    if isinstance(error, ProgrammingError | OperationalError):
        return f"The database refuses ({str(error.orig).splitlines()[0]}): `fieldbeat doctor` tells more."
    return None


if __name__ == "__main__":
    main()
