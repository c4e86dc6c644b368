"""Who the person behind an identity is here: one that is linked, one that may be linked now, or somebody new."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from dispatch.accounts import charge
from dispatch.accounts import errors as accounts_errors
from dispatch.accounts import queries as accounts
from dispatch.accounts import service as accounts_service
from dispatch.accounts.kinds import AccountKind
from dispatch.accounts.sessions import service as sessions
from dispatch.accounts.sessions.kinds import Method
from dispatch.single_sign_on import errors
from dispatch.single_sign_on.claims import Claimed
from dispatch.single_sign_on.models import ProviderIdentity
from dispatch.single_sign_on.queries import provider_of
from dispatch.single_sign_on.roles import withdraw_all
from dispatch.territory.names import places_by_codes
from kernel.actor import Level
from kernel.bulk import insert_rows
from kernel.errors import DomainError
from kernel.identity_providers import IdentityProvider
from kernel.unit_of_work import UnitOfWork


def person_behind(uow: UnitOfWork, *, provider: IdentityProvider, claimed: Claimed) -> UUID:
    """Return who that is, linking or making them where the provider's settings say so.

    Raises Forbidden (sso.person_unknown, sso.account_closed), Conflict (sso.login_taken).
    """
    ours = (ProviderIdentity.issuer == claimed.issuer, ProviderIdentity.subject == claimed.subject)
    user_id = uow.session.scalar(select(ProviderIdentity.user_id).where(*ours))
    if user_id is None:
        user_id = _newly(uow, provider, claimed)
        _store(uow, user_id=user_id, provider=provider, subject=claimed.subject)
    person = accounts.contacts_of(uow, [user_id])[user_id]
    if not person.active:
        raise errors.ACCOUNT_CLOSED()
    uow.session.execute(
        update(ProviderIdentity)
        .where(*ours)
        .values(seen_at=uow.now, provider=provider.id)
        .execution_options(synchronize_session=False)
    )
    return user_id


def _newly(uow: UnitOfWork, provider: IdentityProvider, claimed: Claimed) -> UUID:
    known_by = {"verified_email": claimed.email, "login": claimed.login}.get(provider.link_existing)
    if known_by:
        found = accounts.people_by_login(uow, [accounts_service.normal_login(known_by)])
        for person in [one for one in found.values() if one.kind == AccountKind.PERSON]:
            # Whoever is somebody else at this provider already is not the one.
            linked = select(ProviderIdentity.id).where(
                ProviderIdentity.user_id == person.id, ProviderIdentity.issuer == claimed.issuer
            )
            if uow.session.scalar(linked.limit(1)) is not None:
                raise errors.LOGIN_TAKEN()
            return person.id
    if not provider.create:
        raise errors.PERSON_UNKNOWN()
    return _make(uow, provider, claimed)


def _make(uow: UnitOfWork, provider: IdentityProvider, claimed: Claimed) -> UUID:
    home = (Level.REGION, (provider.region,))
    found = places_by_codes(uow, {home})
    if provider.region and home not in found:
        raise errors.PERSON_UNKNOWN(f"there is no region {provider.region}")
    region_id = found[home].region_id if provider.region else None
    try:
        return accounts_service.create_user(
            uow,
            login=claimed.login,
            name=(claimed.name or claimed.login)[:80],
            region_id=region_id,
            locale=provider.locale,
        )
    except DomainError as refused:
        # Never taken for somebody who is there already: whoever may choose a login at the provider would choose theirs.
        taken = refused.code == "accounts.login_taken"
        raise (errors.LOGIN_TAKEN() if taken else errors.PERSON_UNKNOWN(str(refused))) from refused


def link(uow: UnitOfWork, *, user_id: UUID, providers: Sequence[IdentityProvider], provider: str, subject: str) -> UUID:
    """Note who somebody is at one of these providers, and return the id of that note. For those in charge of the account.

    Raises NotFound (accounts.unknown, sso.provider_unknown), Forbidden (accounts.may_not_manage), Conflict (accounts.no_person: a
    service account; sso.identity_taken: path `/subject`).
    """
    person = charge.person_to_change(uow, user_id)
    charge.check_in_charge(uow, person)
    if person.kind == AccountKind.SERVICE:
        raise accounts_errors.NO_PERSON()
    found = provider_of(providers, provider)
    return _store(uow, user_id=user_id, provider=found, subject=subject)


def _store(uow: UnitOfWork, *, user_id: UUID, provider: IdentityProvider, subject: str) -> UUID:
    row: dict[str, Any] = {
        "id": uow.new_id(),
        "user_id": user_id,
        "provider": provider.id,
        "issuer": provider.issuer,
        "subject": subject,
        "created_at": uow.now,
        "seen_at": None,
    }
    # Decided by the constraint, so that two at the same moment get the same answer.
    once = "(issuer, subject) DO NOTHING"
    if not insert_rows(uow.session, ProviderIdentity, [row], on_conflict=once, returning=["id"]):
        raise errors.IDENTITY_TAKEN(path="/subject")
    key: UUID = row["id"]
    return key


def unlink(uow: UnitOfWork, *, user_id: UUID, identity_id: UUID) -> None:
    """Forget who somebody is at a provider: nobody signs in as them by it any more, and what it gave them ends.

    That is the roles that follow from its groups, and the sessions that were opened by a provider. For those in charge.

    Raises NotFound (accounts.unknown, sso.identity_unknown), Forbidden (accounts.may_not_manage, accounts.may_not_grant).
    """
    charge.check_in_charge(uow, charge.person_to_change(uow, user_id))
    mine = (ProviderIdentity.id == identity_id, ProviderIdentity.user_id == user_id)
    provider_id = uow.session.scalar(delete(ProviderIdentity).where(*mine).returning(ProviderIdentity.provider))
    if provider_id is None:
        raise errors.IDENTITY_UNKNOWN()
    withdraw_all(uow, user_id=user_id, provider_id=provider_id)
    sessions.end_all(uow, user_id=user_id, method=Method.PROVIDER)
