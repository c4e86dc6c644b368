"""Talks to a provider over HTTP: to where it may, without proxies and redirects, and within limits."""

import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter

from dispatch.notifications.addresses import AddressRules
from dispatch.notifications.outside import only_outside
from dispatch.outward.target import Refusals, read_target
from dispatch.single_sign_on import errors
from kernel.errors import DomainError
from kernel.identity_providers import IdentityProvider

SECONDS = 5.0
"""How long a connection, and each silence on it, may take."""
LONGEST_SECONDS = 10.0
MOST_BYTES = 512 * 1024
AGENT = "Fieldbeat-Sign-In/1"
_AWAY = Refusals(errors.PROVIDER_AWAY, errors.PROVIDER_AWAY)


class _Bounded(HTTPAdapter):
    """Reads an answer at once, up to so many bytes and seconds: a provider that drips or floods holds nobody up."""

    def send(self, request: requests.PreparedRequest, *_arguments: Any, **options: Any) -> requests.Response:
        options |= {"stream": True, "timeout": SECONDS, "proxies": {}}
        response = super().send(request, **options)
        ends, body = time.monotonic() + LONGEST_SECONDS, bytearray()
        with response.raw as wire:
            while piece := wire.read1(64 * 1024, decode_content=True):
                body += piece
                if len(body) > MOST_BYTES or time.monotonic() > ends:
                    raise requests.ConnectionError("the answer is too long")
        response.raw = io.BytesIO(body)
        return response


@contextmanager
def open_line(provider: IdentityProvider) -> Iterator[OAuth2Session]:
    """Open a line to a provider on which authlib speaks; one that is not `internal` is never looked for in our own network.

    Raises Unavailable (sso.provider_away): it cannot be reached, or what it says is not to be understood.
    """
    session = OAuth2Session(
        provider.client_id,
        provider.client_secret or None,
        scope=" ".join(provider.scopes),
        code_challenge_method="S256",
    )
    session.trust_env = False
    session.max_redirects = 0
    session.verify = provider.ca_file or True
    session.headers["User-Agent"] = AGENT
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Bounded())
    with session, nullcontext() if provider.internal else only_outside():
        try:
            yield session
        except (requests.RequestException, OSError) as error:
            raise errors.PROVIDER_AWAY(type(error).__name__) from error
        except ValueError as error:
            raise errors.PROVIDER_AWAY(str(error)[:100]) from error


def fetch(session: OAuth2Session, url: str, **options: Any) -> dict[str, Any]:
    """Return the JSON object at an address of a provider. Raises ValueError, requests.RequestException."""
    response = session.get(url, allow_redirects=False, headers={"Accept": "application/json"}, **options)
    if response.status_code != 200:
        raise ValueError(f"it answered {response.status_code}")
    document = json.loads(response.content)
    if not isinstance(document, dict):
        raise ValueError("no object")
    return document


def may_be_asked(provider: IdentityProvider, url: object) -> bool:
    """Tell whether an address that a provider names is one to which we send: by https, and inwards only if it is `internal`."""
    try:
        read_target(url if isinstance(url, str) else "", AddressRules(frozenset(), provider.internal), _AWAY)
    except DomainError:
        return False
    return True
