"""What can be asked about providers and about who people are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from dispatch.single_sign_on import errors
from dispatch.single_sign_on.models import ProviderIdentity
from kernel.identity_providers import IdentityProvider
from kernel.unit_of_work import Reading

MOST_IDENTITIES = 100


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """Who somebody is at a provider, and when they last signed in by it (None: never)."""

    id: UUID
    provider: str
    issuer: str
    subject: str
    created_at: datetime
    seen_at: datetime | None


def provider_of(providers: Iterable[IdentityProvider], provider_id: str) -> IdentityProvider:
    """Return the provider of this name. Raises NotFound (sso.provider_unknown)."""
    for provider in providers:
        if provider.id == provider_id:
            return provider
    raise errors.PROVIDER_UNKNOWN()


def identities_of(reading: Reading, user_id: UUID) -> tuple[IdentityRow, ...]:
    """Return who a person is at providers, the first link first; whose right to see it was checked."""
    rows = reading.session.execute(
        _identities()
        .where(ProviderIdentity.user_id == user_id)
        .order_by(ProviderIdentity.created_at, ProviderIdentity.id)
        .limit(MOST_IDENTITIES)
    )
    return tuple(IdentityRow(*row) for row in rows)


def identity(reading: Reading, user_id: UUID, identity_id: UUID) -> IdentityRow:
    """Return who a person is at one provider. Raises NotFound (sso.identity_unknown)."""
    mine = (ProviderIdentity.id == identity_id, ProviderIdentity.user_id == user_id)
    row = reading.session.execute(_identities().where(*mine)).one_or_none()
    if row is None:
        raise errors.IDENTITY_UNKNOWN()
    return IdentityRow(*row)


def _identities() -> Select[Any]:
    return select(*(getattr(ProviderIdentity, name) for name in IdentityRow.__dataclass_fields__))
