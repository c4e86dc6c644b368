"""Where messages may go: an address on the public internet, asked again for each connection that is made."""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from dispatch.notifications.addresses import AddressRules, is_internal, leads_inside
from dispatch.webhooks import errors

LONGEST = 1000
INSIDE = "it leads into our own network"


@dataclass(frozen=True, slots=True)
class Target:
    """An address in parts. `path` is what is asked for there, with its query."""

    host: str
    port: int
    path: str
    tls: bool


class UnreachableError(Exception):
    """Nothing may or can be sent there; the message says why, in a few words."""


def read_target(url: str, rules: AddressRules, *, path: str = "/url") -> Target:
    """Check an address without asking anybody on the network. Plain HTTP is only for our own network, if that is allowed at all.

    Raises Invalid, with the path: webhooks.address_wrong, webhooks.address_internal.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError as error:
        raise errors.ADDRESS_WRONG(path=path) from error
    plain = parts.scheme == "http" and rules.internal
    odd = parts.username is not None or parts.fragment or any(not "!" <= one <= "~" for one in url)
    if len(url) > LONGEST or not host or odd or not (parts.scheme == "https" or plain):
        raise errors.ADDRESS_WRONG(path=path)
    if not rules.internal and leads_inside(host):
        raise errors.ADDRESS_INTERNAL(path=path)
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
