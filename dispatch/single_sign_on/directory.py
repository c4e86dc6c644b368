"""What a provider says of itself: its endpoints and its keys, kept for a while by each process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from joserfc.jwk import KeySet

from dispatch.single_sign_on import errors
from dispatch.single_sign_on.line import fetch, may_be_asked, open_line
from dispatch.single_sign_on.tokens import read_keys
from kernel.errors import DomainError
from kernel.identity_providers import IdentityProvider

KEPT = timedelta(hours=1)
"""After so long a provider is asked again: a key that it withdrew is not believed for longer."""
KEYS_EVERY = timedelta(minutes=1)
"""How often it is asked at most for a key that we do not know."""
AWAY_FOR = timedelta(seconds=5)
"""After a failure so many seconds pass before it is asked again: those who wait for it would keep others waiting."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider is asked for what. `names_issuer`: its answers to browsers say who it is (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    userinfo: str | None = None
    end_session: str | None = None
    names_issuer: bool = False


def read_endpoints(provider: IdentityProvider, document: Mapping[str, Any]) -> Endpoints:
    """Read a discovery document (OpenID Connect Discovery 1.0). Raises ValueError, which says what is wrong with it."""
    if document.get("issuer") != provider.issuer:
        raise ValueError("it is the document of another issuer")
    methods = document.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise ValueError("it does not know PKCE with S256")
    found: dict[str, str | None] = {}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"):
        address = document.get(name)
        needed = name not in ("userinfo_endpoint", "end_session_endpoint")
        if (needed or address is not None) and not may_be_asked(provider, address):
            raise ValueError(f"{name} is missing, or leads where nobody is sent")
        found[name] = address
    return Endpoints(
        authorization=str(found["authorization_endpoint"]),
        token=str(found["token_endpoint"]),
        keys=str(found["jwks_uri"]),
        userinfo=found["userinfo_endpoint"],
        end_session=found["end_session_endpoint"],
        names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


class Directory:
    """One provider, as it described itself when it was asked last."""

    def __init__(self, provider: IdentityProvider) -> None:
        self.provider = provider
        self._endpoints: tuple[Endpoints, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None
        self._away_since: datetime | None = None

    def endpoints(self, now: datetime) -> Endpoints:
        """Return its endpoints. Raises Unavailable (sso.provider_away)."""
        if self._endpoints is None or _is_past(self._endpoints[1], KEPT, now):
            address = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
            document = self._ask(address, now)
            try:
                self._endpoints = read_endpoints(self.provider, document), now
            except ValueError as error:
                raise errors.PROVIDER_AWAY(str(error)) from error
        return self._endpoints[0]

    def keys(self, now: datetime, *, anew: bool = False) -> KeySet:
        """Return its keys; `anew`: one was missing among them. Raises Unavailable (sso.provider_away)."""
        if self._keys is None or _is_past(self._keys[1], KEYS_EVERY if anew else KEPT, now):
            document = self._ask(self.endpoints(now).keys, now)
            try:
                self._keys = read_keys(document), now
            except ValueError as error:
                raise errors.PROVIDER_AWAY(str(error)) from error
        return self._keys[0]

    def _ask(self, address: str, now: datetime) -> dict[str, Any]:
        if self._away_since is not None and not _is_past(self._away_since, AWAY_FOR, now):
            raise errors.PROVIDER_AWAY("it did not answer a moment ago")
        try:
            with open_line(self.provider) as session:
                document = fetch(session, address, withhold_token=True)
        except DomainError:
            self._away_since = now
            raise
        self._away_since = None
        return document


def _is_past(since: datetime, span: timedelta, now: datetime) -> bool:
    # A clock that was set back keeps nothing for longer.
    return abs(now - since) >= span


@lru_cache(maxsize=64)
def directory_of(provider: IdentityProvider) -> Directory:
    """Return this process's directory of a provider."""
    return Directory(provider)
