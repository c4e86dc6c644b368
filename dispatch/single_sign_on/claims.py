"""What a provider's claims say of a person: who it is, and which roles are meant to follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.single_sign_on import errors
from kernel.identity_providers import IdentityProvider, RoleRule

LONGEST_SUBJECT = 255
"""OpenID Connect Core, section 2: of a subject."""
_LEFT_OUT = ("_claim_names", "hasgroups")
"""How a provider says that it left out groups because there are too many (Microsoft Entra)."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whom a provider vouches for: `issuer` and `subject` together are one person for ever, all else may change.

    `email` is there only if the provider has verified it, in lower case.
    """

    issuer: str
    subject: str
    login: str
    name: str
    email: str | None
    groups: frozenset[str]


def read_claims(provider: IdentityProvider, claims: Mapping[str, Any]) -> Claimed:
    """Read claims whose token was found genuine.

    Raises Unauthenticated (sso.token_refused), Forbidden (sso.domain_not_allowed, sso.groups_left_out).
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise errors.TOKEN_REFUSED("the subject is missing")
    verified = claims.get("email") if claims.get("email_verified") is True else None
    email = verified.strip().lower() if isinstance(verified, str) and verified.count("@") == 1 else None
    if provider.allowed_domains and (email or "").rpartition("@")[2] not in provider.allowed_domains:
        raise errors.DOMAIN_NOT_ALLOWED()
    groups = _groups(provider, claims)
    return Claimed(
        issuer=provider.issuer,
        subject=subject,
        login=_text(claims, provider.login_claim),
        name=_text(claims, provider.name_claim),
        email=email,
        groups=groups,
    )


def _groups(provider: IdentityProvider, claims: Mapping[str, Any]) -> frozenset[str]:
    """Return the groups. Roles that go for want of a list that was too long would go unseen, so that is refused."""
    found = _at(claims, provider.groups_claim)
    if found is None and provider.roles:
        elsewhere, many = (claims.get(name) for name in _LEFT_OUT)
        if many is True or (isinstance(elsewhere, Mapping) and provider.groups_claim[0] in elsewhere):
            raise errors.GROUPS_LEFT_OUT()
    if isinstance(found, str):
        return frozenset({found})
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()


def _text(claims: Mapping[str, Any], path: Sequence[str]) -> str:
    found = _at(claims, path)
    return found.strip() if isinstance(found, str) else ""


def _at(claims: Any, path: Sequence[str]) -> Any:
    for name in path:
        claims = claims.get(name) if isinstance(claims, Mapping) else None
    return claims


def rules_for(provider: IdentityProvider, groups: frozenset[str]) -> tuple[RoleRule, ...]:
    """Return the rules that hold for somebody in these groups, in the order of the file."""
    return tuple(rule for rule in provider.roles if rule.group in groups)
