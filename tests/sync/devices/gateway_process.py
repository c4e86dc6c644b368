"""A push gateway in a process of its own: answers as a file tells it, and writes down what came, a JSON line for each.

    python -m tests.sync.devices.gateway_process FOLDER

`FOLDER/port` is where it listens on this machine, `FOLDER/answer` a status and perhaps a `Retry-After`, `FOLDER/got` what came.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def serve(folder: Path) -> None:
    """Run until killed."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            came = {"path": self.path, "headers": dict(self.headers), "body": body.decode()}
            with (folder / "got").open("a") as got:
                got.write(json.dumps(came) + "\n")
            status, *after = (folder / "answer").read_text().split()
            self.send_response(int(status))
            if after:
                self.send_header("Retry-After", after[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        (folder / "port.new").write_text(str(server.server_port))
        (folder / "port.new").rename(folder / "port")
        server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
