"""Where messages may go: an address on the public internet, asked again for each connection that is made."""

import socket
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from dispatch.notifications.addresses import AddressRules, is_internal, leads_inside
from kernel.errors import ErrorCode

LONGEST = 1000
INSIDE = "it leads into our own network"


@dataclass(frozen=True, slots=True)
class Target:
    """An address in parts. `path` is what is asked for there, with its query."""

    host: str
    port: int
    path: str
    tls: bool


class Refusals(NamedTuple):
    """How a room refuses an address: it is none to send to, or it leads into our own network."""

    wrong: ErrorCode
    internal: ErrorCode


class UnreachableError(Exception):
    """Nothing may or can be sent there; the message says why, in a few words."""


def read_target(url: str, rules: AddressRules, refusals: Refusals, *, path: str = "/url") -> Target:
    """Check an address without asking anybody on the network. Plain HTTP is only for our own network, if that is allowed at all.

    Raises Invalid with the path, as the room refuses it.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError as error:
        raise refusals.wrong(path=path) from error
    plain = parts.scheme == "http" and rules.internal
    odd = parts.username is not None or parts.fragment or any(not "!" <= one <= "~" for one in url)
    if len(url) > LONGEST or not host or odd or not (parts.scheme == "https" or plain):
        raise refusals.wrong(path=path)
    if not rules.internal and leads_inside(host):
        raise refusals.internal(path=path)
    wanted = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port or (443 if parts.scheme == "https" else 80), wanted, parts.scheme == "https")


def resolve(target: Target, rules: AddressRules) -> tuple[str, ...]:
    """Return the IP addresses to connect to, in the order to try them; the name is asked for this once.

    One address in our own network among them, and none is used: such a name is a trap. Raises UnreachableError.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreachableError("its name was not found") from error
    addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
    if not rules.internal and any(is_internal(address) for address in addresses):
        raise UnreachableError(INSIDE)
    return addresses
