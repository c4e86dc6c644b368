"""The steps of a sign-in at which the provider is asked (OpenID Connect, authorization code flow with PKCE)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import structlog
from authlib.integrations.base_client import OAuthError

from dispatch.single_sign_on import binding, errors
from dispatch.single_sign_on.claims import Claimed, read_claims
from dispatch.single_sign_on.directory import Directory
from dispatch.single_sign_on.line import fetch, open_line
from dispatch.single_sign_on.tokens import KeyMissingError, check_token

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that somebody began: `challenge` is theirs (S256), `return_to` is where they go on."""

    state: str
    salt: bytes
    challenge: str
    return_to: str


def where_to_sign_in(directory: Directory, begun: Begun, *, redirect_uri: str, now: datetime) -> str:
    """Return the address of the provider's page where somebody signs in. Raises Unavailable (sso.provider_away)."""
    endpoints = directory.endpoints(now)
    with open_line(directory.provider) as session:
        url, _state = session.create_authorization_url(
            endpoints.authorization,
            state=begun.state,
            redirect_uri=redirect_uri,
            nonce=binding.nonce_of(begun.state, begun.salt),
            code_verifier=binding.verifier_of(begun.state, begun.salt),
        )
    return str(url)


def where_to_sign_out(directory: Directory, *, return_to: str, now: datetime) -> str:
    """Return the address of the provider's page for signing out (RP-initiated logout).

    Raises Unavailable (sso.provider_away), NotFound (sso.no_logout).
    """
    address = directory.endpoints(now).end_session
    if address is None:
        raise errors.NO_LOGOUT()
    asked = urlencode({"client_id": directory.provider.client_id, "post_logout_redirect_uri": return_to})
    return f"{address}{'&' if '?' in address else '?'}{asked}"


def who_signed_in(
    directory: Directory, begun: Begun, answer: Mapping[str, str], *, redirect_uri: str, now: datetime
) -> Claimed:
    """Find out for whom a provider vouches, by what it answered to the browser. It is asked up to four times.

    Raises Unavailable (sso.provider_away), Unauthenticated (sso.provider_refused, sso.token_refused), and what `read_claims`
    raises.
    """
    endpoints = directory.endpoints(now)
    # Before anything of the answer is used: it may be that of another provider, in whose name somebody tries (RFC 9207).
    if answer.get("iss", "" if endpoints.names_issuer else directory.provider.issuer) != directory.provider.issuer:
        raise errors.TOKEN_REFUSED("another provider answered")
    if "code" not in answer:
        raise errors.PROVIDER_REFUSED(answer.get("error", "")[:100])
    with open_line(directory.provider) as session:
        try:
            tokens = session.fetch_token(
                endpoints.token,
                grant_type="authorization_code",
                code=answer["code"],
                redirect_uri=redirect_uri,
                code_verifier=binding.verifier_of(begun.state, begun.salt),
                allow_redirects=False,
            )
        except OAuthError as refused:
            raise errors.PROVIDER_REFUSED(str(refused.error)[:100]) from refused
        claims = _checked(directory, tokens, binding.nonce_of(begun.state, begun.salt), now)
        if directory.provider.userinfo and endpoints.userinfo is not None:
            more = fetch(session, endpoints.userinfo)
            if more.get("sub") != claims["sub"]:
                raise errors.TOKEN_REFUSED("the information is about somebody else")
            claims = {**more, **claims}
    return read_claims(directory.provider, claims)


def _checked(directory: Directory, tokens: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
    for anew in (False, True):
        try:
            return check_token(
                tokens.get("id_token"),
                directory.keys(now, anew=anew),
                provider=directory.provider,
                nonce=nonce,
                access_token=tokens.get("access_token"),
                now=now,
            )
        except KeyMissingError:
            log.info("identity provider signs with a key that is not known", provider=directory.provider.id, anew=anew)
    raise errors.TOKEN_REFUSED("it is signed with a key that the provider does not publish")
