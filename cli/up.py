"""The command `up`: sets up what is missing, runs the whole product, and ends it cleanly."""

import contextlib
import http.client
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import click

from cli.console import say, step
from cli.embedded import answers, check_redis, command, prepare_socket
from cli.greeting import greet, reachable
from cli.interrupts import Interrupts
from cli.options import data_dir_option, environment, read_settings, setting_option
from cli.preflight import check_folder, check_port, check_python, sole_owner
from cli.supervisor import Program, Supervisor
from kernel.settings import Settings

QUEUE, WORKERS, WEB = range(3)
"""Stages: the web server is ended first, the queue last."""
Account = tuple[str, str, str]
"""Login, password and name."""
READY_SECONDS = 90.0
QUEUE_SECONDS = 60.0
PYTHON = (sys.executable, "-P", "-m")


@click.command()
@setting_option("--host", setting="host", help="The address to listen on (FIELDBEAT_HOST, 127.0.0.1).")
@setting_option("--port", setting="port", type=int, help="The port to listen on (FIELDBEAT_PORT, 8080).")
@setting_option("--workers", setting="workers", type=int, help="Worker processes (FIELDBEAT_WORKERS, 1).")
@data_dir_option
@click.option("--no-demo", is_flag=True, help="Begin with an empty database rather than with the demo station.")
def up(no_demo: bool) -> None:
    """Run the product until Ctrl-C: queue, database, workers, web server.

    The first start sets everything up; later ones keep the data. A second Ctrl-C ends at once what takes its time.
    """
    settings = read_settings()
    check_python()
    check_folder(settings.data_dir)
    with sole_owner(settings):
        check_port(settings.host, settings.port)
        run(settings, with_demo=not no_demo)


def run(settings: Settings, *, with_demo: bool) -> None:
    """Run everything until the process is asked to end, which it may be before all of it runs."""
    say(f"Starting Fieldbeat {version('fieldbeat')}; its data are in {settings.data_dir}")
    with Interrupts() as interrupts:
        supervisor = Supervisor(settings.data_dir / "logs", _environment(settings), say, interrupts.held)
        try:
            accounts = start(settings, supervisor, interrupts, with_demo=with_demo)
            interrupts.raising = False
            say(greet(settings, accounts, here=Path.cwd()))
            while not interrupts.asked:
                interrupts.wait(supervisor.tend())
        except KeyboardInterrupt:
            pass  # asked while it was starting
        finally:
            interrupts.raising = False
            asked = interrupts.asked
            say("\nStopping ... (Ctrl-C again to hurry)")
            supervisor.stop(interrupts.wait, lambda: interrupts.asked > asked)
            say("Stopped. The data are kept.")


def start(settings: Settings, supervisor: Supervisor, interrupts: Interrupts, *, with_demo: bool) -> list[Account]:
    """Start the programs in their order and wait until they work together; return the accounts of the demo.

    Raises:
        Complaint: one of them does not start, or they do not get ready in time.
    """
    if settings.embedded_redis:
        with step("queue (Valkey)"):
            prepare_socket(settings)
            supervisor.start(Program("valkey", command(settings), QUEUE))
            supervisor.wait_until(lambda: answers(settings), QUEUE_SECONDS, interrupts.wait)
    else:
        with step("queue (Redis)"):
            check_redis(settings)
    accounts = _prepare_data(settings, with_demo=with_demo)
    with step(f"web server and {'worker' if settings.workers == 1 else f'{settings.workers} workers'}"):
        for number in range(1, settings.workers + 1):
            supervisor.start(Program(f"worker-{number}", (*PYTHON, "cli.main", "worker", "--lane", "quick"), WORKERS))
        supervisor.start(Program("web", _web_command(settings), WEB))
        supervisor.wait_until(lambda: is_ready(settings), READY_SECONDS, interrupts.wait)
        # Nobody waits for these: phones ask again while none holds them, and reports are printed a second later.
        supervisor.start(Program("stream", (*PYTHON, "cli.main", "stream"), WEB))
        supervisor.start(Program("worker-slow", (*PYTHON, "cli.main", "worker", "--lane", "slow"), WORKERS))
    return accounts


def is_ready(settings: Settings) -> bool:
    """Ask the web server whether everything works together."""
    connection = http.client.HTTPConnection(reachable(settings.host), settings.port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


def _environment(settings: Settings) -> dict[str, str]:
    metrics = settings.data_dir / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)  # the counts of processes that are gone
    metrics.mkdir()
    return environment(FIELDBEAT_DATA_DIR=str(settings.data_dir), PROMETHEUS_MULTIPROC_DIR=str(metrics))


def _prepare_data(settings: Settings, *, with_demo: bool) -> list[Account]:
    # Imported here, so that the queue's server starts while these load.
    from cli.database import migrate, opened, read_form
    from cli.sealing import register

    with step("database"), opened(settings) as engine:
        if not read_form(engine).is_newest:
            migrate(engine)
        register(settings)
    if not with_demo:
        return []
    from cli.demo.accounts import accounts, is_there

    with opened(settings) as engine:
        missing = not is_there(engine)
    if missing:  # the business loads for a second or two, and the next starts do without
        from cli.demo.load import load
        from sync.worker import make_runtime

        with step("demo data"), contextlib.closing(make_runtime(settings)) as runtime:
            load(runtime)
    return [(one.login, one.password, one.name) for one in accounts()]


def _web_command(settings: Settings) -> tuple[str, ...]:
    from api.server import gunicorn_arguments

    return (*PYTHON, "gunicorn", *gunicorn_arguments(settings))
