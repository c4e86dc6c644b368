"""A geocoder of our own on this machine: it speaks Nominatim's, Baidu's and AMap's JSON, and does what it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class LocalProvider:
    """Answers by address. `asked` are the requests as they came: path, query, and user agent."""

    url: str = ""
    places: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    status: int = 200
    retry_after: str | None = None
    body: bytes | None = None

    def answer(self, path: str, query: dict[str, str]) -> Any:
        """Return the answer's document, in the form of the service at this path."""
        place = self.places.get(query.get("q") or query.get("address") or "")
        if path == "/search":
            return [] if place is None else [place]
        if path == "/geocoding/v3/":
            return (
                {"status": 0, "result": place} if place else {"status": 1, "msg": "Internal Service Error:无相关结果"}
            )
        if path == "/v3/geocode/geo":
            return {"status": "1", "info": "OK", "infocode": "10000", "geocodes": [place] if place else []}
        return {"error": path}


@contextmanager
def serving() -> Iterator[LocalProvider]:
    """Serve on a free port of this machine until the block ends."""
    provider = LocalProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            provider.asked.append((parts.path, query, self.headers["User-Agent"]))
            body = provider.body or json.dumps(provider.answer(parts.path, query)).encode()
            self.send_response(provider.status)
            if provider.retry_after is not None:
                self.send_header("Retry-After", provider.retry_after)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def house(lat: float, lon: float, **values: Any) -> dict[str, Any]:
    """Write a house as Nominatim does."""
    place = {"lat": str(lat), "lon": str(lon), "display_name": "3, 人民路", "class": "place", "type": "house"}
    return {**place, "place_rank": 30, **values}
