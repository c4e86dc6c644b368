"""What is looked at before a start, so that whatever is in the way is told in one sentence."""

import contextlib
import errno
import fcntl
import os
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cli.console import Complaint
from kernel.settings import Settings

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 37)
LOCK = "up.lock"


def check_python(
    python: tuple[int, ...] = sys.version_info[:3], sqlite: tuple[int, ...] = sqlite3.sqlite_version_info
) -> None:
    """Complain of a Python or an SQLite that is too old (we use SQLite's RETURNING, UPDATE FROM and JSON)."""
    if python[:2] < OLDEST_PYTHON:
        raise Complaint(f"Fieldbeat needs Python {_dotted(OLDEST_PYTHON)} or newer; this is Python {_dotted(python)}.")
    if sqlite < OLDEST_SQLITE:
        raise Complaint(
            f"This Python brings SQLite {_dotted(sqlite)}, and Fieldbeat needs {_dotted(OLDEST_SQLITE)} or newer: "
            "use a newer Python, or set FIELDBEAT_DATABASE_URL to a PostgreSQL."
        )


def check_folder(folder: Path) -> None:
    """Make the data folder, for its owner alone, and complain when nothing can be written there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0" * 4096)
            probe.flush()
    except OSError as error:
        raise Complaint(
            f"Cannot write in the data folder {folder} ({_reason(error)}): "
            "choose another with --data-dir or FIELDBEAT_DATA_DIR."
        ) from error


def check_port(host: str, port: int) -> None:
    """Complain when the web server could not listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the web server does; without it, the connections of the last run would look like a taken port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError as error:
        raise Complaint(_port_complaint(error, host, port)) from error


def _port_complaint(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program: choose another with --port or FIELDBEAT_PORT."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} is reserved for the administrator: choose one above 1023 with --port or FIELDBEAT_PORT."
    return (
        f"Cannot listen on {host} ({_reason(error)}): choose an address of this machine with --host or FIELDBEAT_HOST."
    )


@contextlib.contextmanager
def sole_owner(settings: Settings) -> Iterator[None]:
    """Hold the data folder until the block ends; complain when another start holds it.

    The system gives the lock back when the process ends, however it ends.
    """
    with (settings.data_dir / LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            who = lock.read().strip() or "another process"
            raise Complaint(
                f"Fieldbeat already runs on {settings.data_dir} ({who}): "
                "stop it first, or choose another folder with --data-dir."
            ) from error
        except OSError as error:
            raise Complaint(
                f"{settings.data_dir} lies on a file system without locks ({_reason(error)}): "
                "choose a local folder with --data-dir or FIELDBEAT_DATA_DIR."
            ) from error
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, port {settings.port}")
        lock.flush()
        yield
        lock.truncate(0)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
