"""Throwing requests: all of them arrive, each is timed, and the answers are counted."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.load import raw, throw


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.headers["Authorization"], self.headers["Content-Encoding"], body))  # type: ignore[attr-defined]
        self.send_response(404 if body == b"bad" else 200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"yes")

    def log_message(self, *_: object) -> None:
        pass


def test_every_request_is_sent_once_and_timed():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.seen = []
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    bodies = [f"{n}".encode() for n in range(20)] + [b"bad"]
    times = throw(server.server_port, [raw("POST", "/x", "secret", body, "gzip") for body in bodies], connections=4)
    server.shutdown()
    server.server_close()
    assert sorted(body for *_, body in server.seen) == sorted(bodies)
    assert {(token, coding) for token, coding, _ in server.seen} == {("Bearer secret", "gzip")}
    assert times.statuses == {200: 20, 404: 1}
    assert len(times.each) == 21
    assert times.percentile(0.5) <= times.percentile(0.99) <= times.wall * 1000
