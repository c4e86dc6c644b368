"""From which addresses a key may be used: addresses and networks of IPv4 and IPv6."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from dispatch.accounts.keys import errors

MOST = 50


def normal_networks(texts: Sequence[str]) -> list[str]:
    """Return addresses and networks (`203.0.113.7`, `10.2.0.0/16`, `2001:db8::/48`) as they are kept, each once.

    Raises Invalid (keys.address_wrong) with the path of the first that is none.
    """
    found = []
    for nth, text in enumerate(texts):
        try:
            found.append(str(ip_network(text.strip())))
        except ValueError as error:
            # A network with bits set behind its mask is a slip: nobody knows which of the two was meant.
            raise errors.ADDRESS_WRONG(str(error), path=f"/addresses/{nth}") from error
    return list(dict.fromkeys(found))


def allow(networks: Sequence[str], address: str | None) -> bool:
    """Tell whether a request may come from an address; without any networks from everywhere."""
    if not networks:
        return True
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped  # what a server that listens on both calls an IPv4 address
    return any(found in ip_network(network) for network in networks)
