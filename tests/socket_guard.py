"""Keeps the tests on this machine: a connection to anywhere else is an error that nothing swallows by chance."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest


class OutsideConnectionError(BaseException):
    """A test tried to reach another machine. Not an `Exception`, so that no retry and no fallback hides it."""


def is_local(host: str | bytes | None) -> bool:
    """Tell whether a host is this machine: no name, localhost, or a loopback address."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_outside_connections() -> Iterator[None]:
    """Let sockets connect only to this machine, and let no other name be looked up, in all tests."""
    real_connect, real_connect_ex, real_getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def connect(self: socket.socket, address: Any) -> None:
        refuse_outside(self.family, address)
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        refuse_outside(self.family, address)
        return real_connect_ex(self, address)

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if not is_local(host):
            raise OutsideConnectionError(f"A test looked up {host!r}.")
        return real_getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


def refuse_outside(family: int, address: Any) -> None:
    """Raise unless this address is on this machine."""
    if family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
        raise OutsideConnectionError(f"A test connected to {address[0]}:{address[1]}.")
