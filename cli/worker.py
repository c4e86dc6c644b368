"""The command `worker`: one worker process, as `up` starts them and as further hosts run them."""

import click

from cli.options import data_dir_option, read_settings
from kernel.job_queue import Lane


@click.command()
@data_dir_option
@click.option(
    "--lane",
    type=click.Choice([lane.value for lane in Lane]),
    help="Only what is quick, or only what is slow (printing). Without it both, what is quick first.",
)
def worker(lane: str | None) -> None:
    """Run one worker until it is told to stop; the job at hand is finished first."""
    from sync.worker import work

    work(read_settings(), tuple(Lane) if lane is None else (Lane(lane),))
