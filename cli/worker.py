"""The command `worker`: one worker process, as `up` starts them and as further hosts run them."""

import click

from cli.options import data_dir_option, read_settings


@click.command()
@data_dir_option
def worker() -> None:
    """Run one worker until it is told to stop; the job at hand is finished first."""
    from sync.worker import work

    work(read_settings())
