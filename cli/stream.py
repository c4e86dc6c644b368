"""The command `stream`: the process that holds phones which wait for news, one beside each web server."""

import contextlib

import click

from cli.embedded import prepare_folder
from cli.options import data_dir_option, read_settings
from kernel import log_setup
from kernel import runtime as runtimes


@click.command()
@data_dir_option
def stream() -> None:
    """Hold phones that wait for news, until told to stop; `up` starts it by itself."""
    from sync.stream.holder import hold

    settings = read_settings()
    log_setup.set_up(settings)
    socket = runtimes.stream_socket(settings)
    prepare_folder(settings, socket)
    with contextlib.closing(runtimes.make(settings)) as runtime:
        hold(runtime, socket)
