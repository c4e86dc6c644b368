"""The command `simulate`: plays a day of phones against a server, and checks what became of every log."""

import click

from bench.simulator.bad_network import WEATHERS
from bench.simulator.office import OfficeError
from bench.simulator.run import Options
from bench.simulator.run import simulate as play
from cli.console import Complaint, say
from cli.demo.people import PASSWORD
from cli.options import data_dir_option, read_settings
from fieldbeat_client.exchange import GaveUpError, RefusedError
from kernel.runtime import redis_url


@click.group()
def simulate() -> None:
    """Play phones against the product, and check the result."""


@simulate.command()
@click.option("--technicians", default=50, show_default=True, type=click.IntRange(1, 500), help="How many technicians.")
@click.option("--orders", default=20, show_default=True, type=click.IntRange(1, 200), help="How many orders each has.")
@click.option("--url", help="The server; without it, the one of these settings on this machine.")
@click.option("--login", default="admin", show_default=True, help="An administrator.")
@click.option("--password", default=PASSWORD, help="Their password; without it, that of the demo.")
@click.option("--seed", default="1", show_default=True, help="The same seed plays the same day.")
@click.option("--weather", default="rough", show_default=True, type=click.Choice(sorted(WEATHERS)), help="The network.")
@click.option("--chaos", is_flag=True, help="Kill workers and empty Redis meanwhile; for a server on this machine.")
@data_dir_option
def day(
    technicians: int, orders: int, url: str | None, login: str, password: str, seed: str, weather: str, chaos: bool
) -> int:
    """Let technicians work a day offline and come back over a bad network; end with 1 if anything is not as it must be.

    Each run makes a region of its own, and leaves it there. Everything else stays as it is.
    """
    settings = read_settings()
    options = Options(
        url=url or f"http://127.0.0.1:{settings.port}",
        login=login,
        password=password,
        technicians=technicians,
        orders=orders,
        seed=seed,
        weather=WEATHERS[weather],
        redis_url=redis_url(settings) if chaos else None,
    )
    try:
        summary = play(options, say)
    except (OfficeError, GaveUpError, RefusedError) as error:
        raise Complaint(f"The day broke off: {error}") from error
    for line in summary.lines():
        say(line)
    return 0 if summary.clean else 1
