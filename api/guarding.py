"""The headers that guard every answer, put on at the very edge."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API_POLICY = "default-src 'none'; frame-ancestors 'none'"
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Content-Security-Policy": API_POLICY,
    # Documents are somebody's; only what the docs page is made of says otherwise.
    "Cache-Control": "no-store",
}
_LOWER = [(name.lower(), (name, value)) for name, value in GUARDS.items()]


class Guarded:
    """Wraps an application: its answers get each of these headers that they do not have by themselves.

    Here they cost a list; through the framework's own headers, each would be looked at several times in every answer.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve a request."""

        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Callable[[bytes], object]:
            there = {name.lower() for name, _ in headers}
            return start_response(status, [*headers, *(one for name, one in _LOWER if name not in there)], *failure)

        return self.application(environ, start)
