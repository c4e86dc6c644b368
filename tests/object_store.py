"""A real S3-compatible server, a process of its own that the tests may end and start again; what it held is gone then."""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import uuid4

from kernel.settings import Settings
from tests.servers import START_SECONDS, ServerError

BUCKET = "pictures"


class ObjectStore:
    """Moto's server on a port of this machine, with one bucket; the port stays the same after a restart."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._log = Path(tempfile.mkstemp(prefix="fieldbeat-s3-")[1])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._log.unlink(missing_ok=True)

    def start(self) -> None:
        """Start it, wait until it answers, and make the bucket."""
        port = self.address.rpartition(":")[2]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(URLError, ConnectionError):
                self.ask("PUT", "")
                return
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"The server does not answer; its log:\n{self._log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it; harmless when it does not run."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def settings(self, folder: Path, **more: str) -> Settings:
        """Return settings that keep files here, below a prefix of their own, and everything else in a folder."""
        return Settings.from_environment({"FIELDBEAT_DATA_DIR": str(folder), **self.environment(), **more})

    def environment(self) -> dict[str, str]:
        """Return the variables that make a process keep files here, below a new prefix."""
        return {
            "FIELDBEAT_S3_BUCKET": BUCKET,
            "FIELDBEAT_S3_PREFIX": uuid4().hex,
            "FIELDBEAT_S3_ENDPOINT": self.address,
            "FIELDBEAT_S3_ACCESS_KEY": "tests",
            "FIELDBEAT_S3_SECRET_KEY": "secret",
        }

    def ask(self, method: str, name: str, body: bytes | None = None) -> tuple[Mapping[str, str], bytes]:
        """Ask for something in the bucket without our library; return headers and content."""
        told = {
            "Authorization": "AWS4-HMAC-SHA256 Credential=tests/20261122/us-east-1/s3/aws4_request",
            "x-amz-checksum-mode": "ENABLED",
        }
        request = Request(f"{self.address}/{BUCKET}/{name}", method=method, data=body, headers=told)
        with urlopen(request) as answer:
            return answer.headers, answer.read()
