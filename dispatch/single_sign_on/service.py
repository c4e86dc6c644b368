"""What can be done with a sign-in at a provider: begin it, take it up when it is answered, admit somebody, exchange the code."""

from datetime import timedelta

from sqlalchemy import delete

from dispatch.accounts import queries as accounts
from dispatch.accounts.events import AccountClosed
from dispatch.accounts.sessions import service as sessions
from dispatch.accounts.sessions.kinds import Lifetime, Method, Whence
from dispatch.accounts.sessions.service import SignedIn
from dispatch.single_sign_on import binding, errors
from dispatch.single_sign_on.asking import Begun
from dispatch.single_sign_on.claims import Claimed
from dispatch.single_sign_on.linking import person_behind
from dispatch.single_sign_on.models import ProviderCode, ProviderSignIn
from dispatch.single_sign_on.roles import keep_in_step
from kernel.audit.acts import Act, ActKind
from kernel.bulk import insert_rows
from kernel.identifiers import new_secret, secret_digest
from kernel.identity_providers import IdentityProvider
from kernel.unit_of_work import UnitOfWork

BEGUN_FOR = timedelta(minutes=10)
"""How long somebody may take at the provider."""
CODE_FOR = timedelta(seconds=60)
"""How long the code is good with which a program fetches its tokens."""


def begin(uow: UnitOfWork, *, provider: IdentityProvider, challenge: str, return_to: str) -> Begun:
    """Note that somebody goes to a provider to sign in. `return_to` was checked (`returning.check_address`)."""
    begun = Begun(new_secret(), secret_digest(new_secret()), challenge, return_to)
    row = {
        "digest": secret_digest(begun.state),
        "provider": provider.id,
        "salt": begun.salt,
        "challenge": challenge,
        "return_to": return_to,
        "expires_at": uow.now + BEGUN_FOR,
    }
    insert_rows(uow.session, ProviderSignIn, [row])
    return begun


def take_up(uow: UnitOfWork, *, provider: IdentityProvider, state: str) -> Begun:
    """Return the sign-in that a provider answers; it is gone with that, whatever becomes of it.

    Leave the block before anything is refused, so that this stays. Raises Gone (sso.state_unknown): it was not begun at this
    provider, is over, or was taken up before.
    """
    this = ProviderSignIn.digest == secret_digest(state)
    columns = (ProviderSignIn.salt, ProviderSignIn.challenge, ProviderSignIn.return_to)
    row = uow.session.execute(
        delete(ProviderSignIn)
        .where(this, ProviderSignIn.provider == provider.id, ProviderSignIn.expires_at > uow.now)
        .returning(*columns)
    ).one_or_none()
    if row is None:
        raise errors.STATE_UNKNOWN()
    return Begun(state, *row)


def admit(uow: UnitOfWork, *, provider: IdentityProvider, claimed: Claimed, challenge: str) -> str:
    """Find or make the person for whom a provider vouches, bring their roles into step, and return a code for a session.

    Raises Forbidden (sso.person_unknown, sso.account_closed), Conflict (sso.login_taken).
    """
    user_id = person_behind(uow, provider=provider, claimed=claimed)
    keep_in_step(uow, user_id=user_id, provider=provider, groups=claimed.groups)
    code = binding.CODE + new_secret()
    row = {
        "digest": secret_digest(code),
        "user_id": user_id,
        "provider": provider.id,
        "challenge": challenge,
        "expires_at": uow.now + CODE_FOR,
    }
    insert_rows(uow.session, ProviderCode, [row])
    return code


def exchange(uow: UnitOfWork, *, code: str, verifier: str, lifetime: Lifetime, whence: Whence) -> SignedIn | None:
    """Open a session for a code and the verifier of whoever began; the code is good for nothing after that, right or wrong.

    None means that it is refused (sso.code_invalid): leave the block, so that the code stays gone, and then say so.
    """
    columns = (ProviderCode.user_id, ProviderCode.provider, ProviderCode.challenge, ProviderCode.expires_at)
    row = uow.session.execute(
        delete(ProviderCode).where(ProviderCode.digest == secret_digest(code)).returning(*columns)
    ).one_or_none()
    if row is None or row.expires_at <= uow.now or not binding.answers(verifier, row.challenge):
        return None
    person = accounts.contacts_of(uow, [row.user_id])[row.user_id]
    if not person.active:
        return None
    details = {"provider": row.provider}
    uow.record(Act(ActKind.LOGIN, user_id=person.id, region_id=person.region_id, subject_id=person.id, details=details))
    return sessions.open_session(uow, user_id=person.id, method=Method.PROVIDER, lifetime=lifetime, whence=whence)


def on_account_closed(uow: UnitOfWork, event: AccountClosed) -> None:
    """Void the codes on their way to somebody whose account was closed. Their link to the provider stays: it keeps them out."""
    uow.session.execute(delete(ProviderCode).where(ProviderCode.user_id == event.user_id))


def forget(uow: UnitOfWork) -> None:
    """Drop sign-ins that nobody finished, and codes that nobody fetched."""
    for table in (ProviderSignIn, ProviderCode):
        uow.session.execute(delete(table).where(table.expires_at <= uow.now))
