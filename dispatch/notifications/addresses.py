"""Where a channel may lead: an address as Apprise writes it, of a service that is allowed, and not into our own network."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from dispatch.notifications import errors
from kernel.settings import Settings

if TYPE_CHECKING:
    import apprise

LONGEST = 1000
SETTINGS: dict[str, Any] = {"app_id": "Fieldbeat", "app_desc": "Fieldbeat", "app_url": "", "http_redirects": False}
"""How Apprise works for us. It follows no redirects: they might lead where an address may not."""
_OWN_HOST = frozenset({"json", "jsons", "form", "forms", "mailto", "mailtos"})
"""Services whose host is of the customer's choosing, and no secret."""
_INTERNAL_NAMES = re.compile(r"(^|\.)(localhost|local|internal|intranet|lan|home|corp|localdomain)\.?$")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Which services channels may use, and whether they may lead to this machine or the network around it."""

    services: frozenset[str]
    internal: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the rules that the operator has set."""
        return cls(frozenset(settings.notify_services.lower().split()), settings.notify_internal == "yes")


@dataclass(frozen=True, slots=True)
class Address:
    """What may be shown of an address: its service, and the host where that is no secret."""

    service: str
    host: str | None


def read_address(url: str, rules: AddressRules, *, path: str = "/url") -> Address:
    """Check the address of a channel, without asking anybody on the network.

    Raises Invalid, with the path: notifications.address_wrong, notifications.service_not_allowed, notifications.address_internal.
    """
    service = url.partition("://")[0].lower()
    if len(url) > LONGEST or "://" not in url or any(ord(character) < 32 for character in url):
        raise errors.ADDRESS_WRONG(path=path)
    if service not in rules.services:
        raise errors.SERVICE_NOT_ALLOWED(f"allowed are {', '.join(sorted(rules.services))}", path=path)
    plugin = plugin_for(url)
    if plugin is None:
        raise errors.ADDRESS_WRONG(path=path)
    host = (getattr(plugin, "smtp_host", None) or plugin.host or "") if service in _OWN_HOST else None
    if host is not None and not rules.internal and leads_inside(host):
        raise errors.ADDRESS_INTERNAL(path=path)
    return Address(service, host or None)


def plugin_for(url: str) -> "apprise.NotifyBase | None":
    """Return Apprise's plugin for an address, or None when it is none."""
    import apprise

    asset = apprise.AppriseAsset(**SETTINGS)
    return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)


def leads_inside(host: str) -> bool:
    """Tell whether a host is this machine or one of the network around it, as far as its name alone tells."""
    name = host.strip("[]").lower()
    try:
        return is_internal(name)
    except ValueError:
        pass
    try:
        # 127.1, 0x7f000001 and 2130706433 are addresses, too.
        return is_internal(socket.inet_ntoa(socket.inet_aton(name)))
    except OSError:
        return "." not in name.rstrip(".") or _INTERNAL_NAMES.search(name) is not None


def is_internal(address: str) -> bool:
    """Tell whether an IP address is anything but one of the public internet. Raises ValueError: it is no IP address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_internal(str(inner))
    return not ip.is_global or ip.is_multicast
