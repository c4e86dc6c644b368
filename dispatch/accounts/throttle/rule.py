"""How long an attempt to sign in has to wait, by what failed before.

An account is never locked. What is slowed down is the pair of an account and the network that an attempt comes from: whoever
tries passwords there waits longer and longer, and everybody elsewhere does not. When an account, or a network, meets very many
failures, pairs that are not known to be good get one attempt instead of five before they wait; their first one always passes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

FREE = 5
"""Attempts of a pair before it waits."""
FIRST, FIRST_SUSPECT, LONGEST = timedelta(seconds=2), timedelta(seconds=30), timedelta(minutes=15)
"""The first wait, the first one under attack, and the longest; each is twice the one before."""
FORGOTTEN = timedelta(hours=1)
"""After this long without an attempt, what failed is forgotten."""
ACCOUNT_MANY, NETWORK_MANY = 20, 50
"""Failures that make an account, or a network, one under attack."""
NETWORK_FULL, NETWORK_WAIT = 200, timedelta(seconds=10)
"""From so many failures on, a network's pairs that are not known to be good take turns."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Attempts that failed or are still being decided, and when the last one was (None: there was none)."""

    failures: int = 0
    last_at: datetime | None = None

    def as_of(self, now: datetime) -> "Tally":
        """Return what counts now. A moment after now comes of a clock that was set back, and counts as now."""
        if self.last_at is None or now - self.last_at >= FORGOTTEN:
            return Tally()
        return Tally(self.failures, min(self.last_at, now))


def wait(pair: Tally, account: Tally, network: Tally, *, known: bool, now: datetime) -> timedelta:
    """Return how long the next attempt has to wait; zero when it may be made. All three tallies are as of now.

    `known`: this account has been signed in to from this network before.
    """
    attacked = not known and (account.failures >= ACCOUNT_MANY or network.failures >= NETWORK_MANY)
    free, first = (1, FIRST_SUSPECT) if attacked else (FREE, FIRST)
    waits = [timedelta(0)]
    if pair.failures >= free and pair.last_at is not None:
        pause = min(LONGEST, first * 2 ** min(pair.failures - free, 16))
        waits.append(pair.last_at + pause - now)
    if not known and network.failures >= NETWORK_FULL and network.last_at is not None:
        waits.append(network.last_at + NETWORK_WAIT - now)
    return max(waits)


def network_of(address: str | None) -> str:
    """Return what counts as one place: an IPv4 address, or the half of an IPv6 address that a customer gets as a whole."""
    try:
        read = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(read, IPv6Address):
        return str(read.ipv4_mapped or ip_network((int(read), 64), strict=False))
    return str(read)
