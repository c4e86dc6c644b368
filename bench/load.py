"""Requests thrown at a server as fast as some connections can take them: written beforehand, sent raw, timed each."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """How long a load took as a whole and each request of it, in seconds; `statuses` are those of the answers."""

    wall: float
    each: list[float]
    statuses: dict[int, int]

    def percentile(self, part: float) -> float:
        """Return the time that this part of the requests needed at most, in milliseconds."""
        ordered = sorted(self.each)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000


def raw(method: str, path: str, token: str, body: bytes = b"", coding: str = "") -> bytes:
    """Write a request once, so that sending it costs nothing but the sending."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n"
    if coding:
        head += f"Content-Encoding: {coding}\r\n"
    return head.encode() + b"Content-Type: application/json\r\n\r\n" + body


def throw(port: int, requests: Sequence[bytes], *, connections: int) -> Times:
    """Send the requests over so many kept-alive connections of this machine, dealt out in turn."""
    each: list[list[float]] = [[] for _ in range(connections)]
    statuses: list[dict[int, int]] = [{} for _ in range(connections)]
    lanes = [
        threading.Thread(target=_lane, args=(port, requests[n::connections], each[n], statuses[n]))
        for n in range(connections)
    ]
    began = time.perf_counter()
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    wall = time.perf_counter() - began
    counted: dict[int, int] = {}
    for one in statuses:
        for status, number in one.items():
            counted[status] = counted.get(status, 0) + number
    return Times(wall, [seconds for lane_times in each for seconds in lane_times], counted)


def _lane(port: int, requests: Sequence[bytes], each: list[float], statuses: dict[int, int]) -> None:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for request in requests:
        began = time.perf_counter()
        connection.sendall(request)
        status = _answer(connection)
        each.append(time.perf_counter() - began)
        statuses[status] = statuses.get(status, 0) + 1
    connection.close()


def _answer(connection: socket.socket) -> int:
    """Read one answer to its end; return its status."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    missing = length - len(body)
    while missing > 0:
        missing -= len(_more(connection))
    return int(head.split(b" ", 2)[1])


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(262_144)
    if not chunk:
        raise ConnectionError("the server closed the connection")
    return chunk
