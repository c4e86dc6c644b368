"""Who is asked for the position of an address: what a provider does, and which one the settings name."""

from dataclasses import dataclass
from typing import Protocol

from dispatch.geocoding.matches import Match
from kernel.settings import Settings

Bounds = tuple[float, float, float, float]
"""West, south, east and north in WGS 84 degrees: where an address most likely is."""


class LookUpFailedError(Exception):
    """A provider gave no answer: it is slow, away, refuses us or talks nonsense. Nothing is known of the address."""

    def __init__(self, reason: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class AddressProvider(Protocol):
    """Turns an address into a position. `name` is what its answers are kept under."""

    name: str

    def look_up(self, address: str, bounds: Bounds | None) -> Match | None:
        """Ask for one address; None when the provider does not know it. Raises LookUpFailedError."""


@dataclass(frozen=True, slots=True)
class ProviderAccess:
    """How to reach a provider. `url` is scheme and host; empty for the provider's own."""

    url: str
    key: str
    user_agent: str
    timeout_seconds: float


def provider_of(settings: Settings) -> AddressProvider | None:
    """Return the provider that the settings name, or None."""
    if settings.geocoder == "none":
        return None
    from dispatch.geocoding.providers import PROVIDERS  # with all of geopy's geocoders: for who looks addresses up

    access = ProviderAccess(
        settings.geocoder_url,
        settings.geocoder_key,
        settings.geocoder_user_agent,
        float(settings.geocoder_timeout_seconds),
    )
    return PROVIDERS[settings.geocoder](access)
