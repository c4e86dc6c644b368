"""What it costs to hold phones that wait for news: memory, processor, and how long a poke takes.

    python -m bench.streams [--phones 1000] [--seconds 10]

It starts its own PostgreSQL (durable), Valkey and product, on this machine only, and reads the figures of the process that holds
(Linux). The baseline is the same process without a phone, and a pull with nothing new for the poke.
"""

import argparse
import contextlib
import os
import selectors
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.load import raw, throw
from bench.processes import memory_kib, programs, share_of_a_core
from bench.sync import Phone, push_some, register_phones, run_product
from tests.servers import Postgres, Valkey

EACH = 50
"""Phones of one technician: a thousand technicians take minutes to hire."""
NEWS = 20
"""Pokes that are waited for, one phone after the other."""


def main() -> int:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    with Postgres(durable=True) as postgres, Valkey() as valkey, tempfile.TemporaryDirectory() as folder:
        url, port = postgres.create_database("fieldbeat"), 18_000 + os.getpid() % 10_000
        with run_product(Path(folder), url, valkey.url, port) as password:
            phones = register_phones(port, password, -(-asked.phones // EACH), each=EACH)[: asked.phones]
            _measure(port, Path(folder) / "data", phones, asked.seconds)
    return 0


def _measure(port: int, data: Path, phones: list[Phone], seconds: float) -> None:
    holder = _holder(data)
    before, idle = memory_kib(holder), share_of_a_core(holder, seconds)
    print(f"holding none: {before / 1024:.0f} MiB, {idle:.1%} of a core")
    with contextlib.ExitStack() as stack:
        began = time.perf_counter()
        lines = [stack.enter_context(contextlib.closing(_listen(port, phone))) for phone in phones]
        took = time.perf_counter() - began
        after, busy = memory_kib(holder), share_of_a_core(holder, seconds)
        print(f"opened {len(lines)} in {took:.1f} s, {took / len(lines) * 1000:.1f} ms each")
        print(
            f"holding {len(lines)}: {after / 1024:.0f} MiB, {(after - before) / len(lines):.1f} KiB a phone, "
            f"{busy:.1%} of a core"
        )
        quiet = throw(port, [raw("GET", "/v1/sync/head", phone.token) for phone in phones[:200]], connections=1)
        waits = [_poke(port, phone, line) for phone, line in zip(phones[:NEWS], lines, strict=False)]
        middle = statistics.median(waits) * 1000
        print(
            f"push to poke: p50 {middle:.0f} ms, longest {max(waits) * 1000:.0f} ms "
            f"({middle / quiet.percentile(0.5):.0f} times a head, p50 {quiet.percentile(0.5):.2f} ms)"
        )


def _listen(port: int, phone: Phone) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.sendall(raw("GET", "/v1/sync/stream", phone.token))
    _read_poke(line)
    return line


def _read_poke(line: socket.socket) -> None:
    seen = b""
    while b"}\n\n" not in seen:
        part = line.recv(4096)
        if not part:
            raise RuntimeError(f"the stream ended: {seen!r}")
        seen += part


def _poke(port: int, phone: Phone, line: socket.socket) -> float:
    """Return how long it takes from the answer to a push until its phone is poked of the receipt."""
    with selectors.DefaultSelector() as selector:
        selector.register(line, selectors.EVENT_READ)
        while selector.select(0):
            line.recv(4096)
    push_some(port, phone, 1)
    began = time.perf_counter()
    _read_poke(line)
    return time.perf_counter() - began


def _holder(data: Path) -> int:
    """Find the process that holds phones."""
    found = programs(data, "stream")
    if not found:
        raise RuntimeError("nobody holds phones")
    return found[0]


if __name__ == "__main__":
    sys.exit(main())
