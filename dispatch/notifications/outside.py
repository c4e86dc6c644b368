"""Keeps a message from reaching our own network: whatever a name resolved to, the socket itself is asked."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dispatch.notifications.addresses import is_internal

_thread = threading.local()
_watching = threading.Lock()


class InsideError(OSError):
    """A connection would have led into our own network."""


@contextmanager
def only_outside() -> Iterator[None]:
    """Let this thread connect to addresses of the public internet only, until the block ends.

    The interpreter tells of every connection before it is made, with the address that it is made to: a name that resolves
    differently the second time is no way around.
    """
    if _watching.acquire(blocking=False):
        sys.addaudithook(_watch)  # for good: it cannot be taken back
    before = getattr(_thread, "only_outside", False)
    _thread.only_outside = True
    try:
        yield
    finally:
        _thread.only_outside = before


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not getattr(_thread, "only_outside", False):
        return
    address = arguments[1]
    try:
        inside = not isinstance(address, tuple) or is_internal(str(address[0]))
    except ValueError:
        inside = True  # a name says nothing about where it leads
    if inside:
        raise InsideError("this address leads into our own network")
