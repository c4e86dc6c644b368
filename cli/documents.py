"""The commands that write the documents which follow from the code: the API's description, settings, error codes."""

from contextlib import closing
from pathlib import Path

import click
import orjson

from cli.console import say
from cli.options import data_dir_option, read_settings
from kernel.settings import reference

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file rather than to the screen.",
)


@click.command()
@output_option
@data_dir_option
def openapi(output: Path | None) -> None:
    """Write the API's description (OpenAPI 3.1); the repository keeps it as docs/openapi.json."""
    from api.app import create_app
    from api.openapi import describe
    from kernel import runtime as runtimes

    with closing(runtimes.make(read_settings())) as runtime:
        document = describe(create_app(runtime))
    _put(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n", output)


@click.command()
@output_option
def settings(output: Path | None) -> None:
    """Write the reference of all settings; the repository keeps it as docs/settings.md."""
    _put(reference(), output)


@click.command()
@output_option
def errors(output: Path | None) -> None:
    """Write the catalogue of all error codes; the repository keeps it as docs/errors.md."""
    from api import problems
    from api.app import gather_errors

    gather_errors()
    _put(problems.reference(), output)


def _put(text: str, output: Path | None) -> None:
    if output is None:
        say(text, end="")
        return
    output.write_text(text, encoding="utf-8")
    say(f"Wrote {output}.")
