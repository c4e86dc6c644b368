"""Real receivers of messages on this machine: a webhook and a mail server, which keep what they get."""

import json
import threading
from asyncio import Server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Webhook:
    """A server that takes JSON: where it is, what it answers, and what it got, each with its headers."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def bodies(self) -> list[Any]:
        return [body for _, body in self.got]


@contextmanager
def webhook() -> Iterator[Webhook]:
    """Run a webhook on a free port."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.asked.append(self.path)
            if hook.status < 300:
                hook.got.append((dict(self.headers), json.loads(body)))
            self.send_response(hook.status)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        hook.url = f"json://127.0.0.1:{server.server_port}/hook"
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join(10)


@dataclass
class Mailbox:
    """A mail server: the address that sends to it, and the subjects and texts it got."""

    url: str = ""
    got: list[tuple[str, str]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = mail.get_body(("plain", "html"))
        self.got.append((str(mail["Subject"]), "" if body is None else body.get_content()))
        return "250 OK"


class AnyPort(Controller):
    """Takes a free port, and knows which one before it looks whether it answers there."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server on a free port."""
    box = Mailbox()
    server = AnyPort(box, hostname="127.0.0.1", port=0)
    server.start()
    try:
        box.url = f"mailto://127.0.0.1:{server.port}/?from=fieldbeat@example.com&to=wang@example.com&mode=insecure"
        yield box
    finally:
        server.stop(no_assert=True)
