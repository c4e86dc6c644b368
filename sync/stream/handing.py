"""The web process's side: the connection of a phone is passed to the process that holds, and the web thread is free again.

A descriptor goes through a local socket; what the web server still holds of the connection is replaced by one end of a pair of
sockets that nobody reads, so that whatever it writes or closes afterwards does not reach the phone.
"""

import os
import socket
from enum import StrEnum
from pathlib import Path

from sync.stream.board import Wanted

WAIT_SECONDS = 6.0
"""How long the web process waits for the answer: longer than the other side takes a connection up to (`HAND_OVER_SECONDS`), or
both would answer the phone."""
TAKEN, FULL = b"taken", b"full"


class Handing(StrEnum):
    """What became of a connection that was to be handed over."""

    TAKEN = "taken"
    FULL = "full"
    ABSENT = "absent"


def hand_over(path: Path, client: socket.socket, wanted: Wanted) -> tuple[Handing, socket.socket | None]:
    """Pass a phone's connection on. When it was taken, `client` leads nowhere from here on.

    Returns the other end of where it leads then: keep it open until the web server has written its answer, then close it.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(WAIT_SECONDS)
            line.connect(str(path))
            socket.send_fds(line, [wanted.as_json() + b"\n"], [client.fileno()])
            answer = line.recv(16)
    except OSError:
        return Handing.ABSENT, None
    if answer != TAKEN:
        return (Handing.FULL if answer == FULL else Handing.ABSENT), None
    ours, peer = socket.socketpair()
    os.dup2(ours.fileno(), client.fileno())
    ours.close()
    return Handing.TAKEN, peer
