"""Lets go of callers who send no proper body: those who fall silent in it, and those whose pieces make no sense."""

import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SOCKET = "gunicorn.socket"


class Patience:
    """Wraps an application: a body of which nothing comes for so many seconds counts as broken off, however slowly the rest came.

    The thread that waits for it could do nothing else, and a phone in a dead spot may be silent for hours. Whoever reads an
    answer slowly is waited for; and what has no body keeps its connection as it is, since that of a phone that waits for news is
    handed over to another process.
    """

    def __init__(self, application: "WSGIApplication", seconds: float) -> None:
        self.application = application
        self.seconds = seconds

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve a request with that patience."""
        line = environ.get(SOCKET)
        empty = environ.get("CONTENT_LENGTH") in (None, "", "0") and "HTTP_TRANSFER_ENCODING" not in environ
        if line is None or empty:
            return self.application(environ, start_response)
        line.settimeout(self.seconds)
        body = environ["wsgi.input"] = _Body(environ["wsgi.input"])

        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Callable[[bytes], object]:
            line.settimeout(None)
            if body.broken:  # or the server would wait for the rest of it once more, to use the connection again
                line.shutdown(socket.SHUT_RD)
            return start_response(status, headers, *failure)

        return self.application(environ, start)


class _Body:
    """A body; one that stops coming, or whose pieces make no sense, is broken off, as far as the application can tell."""

    def __init__(self, body: Any) -> None:
        self.body = body
        self.broken = False

    def read(self, size: int = -1) -> bytes:
        """Read as a file does. Raises OSError."""
        try:
            content: bytes = self.body.read(None if size < 0 else size)
        except (TimeoutError, ParseException) as error:
            self.broken = True
            raise OSError("the body broke off") from error
        return content
