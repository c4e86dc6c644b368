"""Holds every answer that a test of the API gets against the description, and keeps the best of them as examples.

With `RECORD_EXAMPLES=1` the answers of this run become the examples of operations that have none, or none that fits:
`RECORD_EXAMPLES=1 .venv/bin/python -m pytest tests/api/routes/test_yours.py`, or all by `make examples`.
"""

import io
import os
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from werkzeug.http import parse_options_header

from tests.api.contract import JSON, PROBLEM, Contract
from tests.api.recorder import Recorder

RECORDING = os.environ.get("RECORD_EXAMPLES") == "1"


class Witness:
    """Stands between the tests and an application, and fails the test that gets an answer which is not described."""

    def __init__(self, app: Flask) -> None:
        self._app: Callable[[WSGIEnvironment, Callable[..., Any]], Iterable[bytes]] = app.wsgi_app
        self._contract = Contract(app)
        self.recorder = Recorder(self._contract) if RECORDING else None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = self._contract.operation(environ)
        sent = self._body(environ) if self.recorder is not None else b""
        seen: list[Any] = []

        def noting(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            seen[:] = [status[:3], {name.lower(): value for name, value in headers}]
            return start_response(status, headers, *rest)

        answer: Iterable[bytes] = self._app(environ, noting)
        if found is None or not seen:
            return answer
        media_type = parse_options_header(seen[1].get("content-type"))[0]
        if media_type not in (JSON, PROBLEM, ""):
            return self._checked(found, environ, seen[0], media_type, b"", answer)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        self._checked(found, environ, seen[0], media_type, body, ())
        if self.recorder is not None and seen[0].startswith("2"):
            self.recorder.note(*found, seen[0], sent, body, environ)
        return [body]

    def _checked(
        self,
        found: tuple[str, str],
        environ: WSGIEnvironment,
        status: str,
        media_type: str,
        body: bytes,
        answer: Iterable[bytes],
    ) -> Iterable[bytes]:
        shortened = "fields=" in environ.get("QUERY_STRING", "") and status == "200"
        breaches = self._contract.breaches(*found, status, media_type, b"" if shortened else body)
        assert not breaches, f"{found[1].upper()} {found[0]} answers otherwise than described: {breaches[:5]}"
        return answer

    @staticmethod
    def _body(environ: WSGIEnvironment) -> bytes:
        if (
            environ.get("CONTENT_TYPE") != JSON
            or "HTTP_CONTENT_ENCODING" in environ
            or not environ.get("CONTENT_LENGTH")
        ):
            return b""
        body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = io.BytesIO(body)
        return body
