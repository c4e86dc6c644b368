"""Whether the providers that are set can be used: what they say of themselves, and the places that their rules name."""

from collections.abc import Sequence

from dispatch.accounts import queries as accounts
from dispatch.single_sign_on.directory import Directory
from dispatch.single_sign_on.roles import rules_without_a_place
from kernel.errors import DomainError
from kernel.identity_providers import IdentityProvider
from kernel.unit_of_work import Reading


def look_at_providers(reading: Reading, providers: Sequence[IdentityProvider]) -> list[str]:
    """Return what is wrong with providers, a sentence for each thing. Asks each for its discovery document and its keys."""
    wrong = []
    for provider in providers:
        try:
            Directory(provider).keys(reading.now)
        except DomainError as refused:
            wrong.append(f"{provider.id} at {provider.issuer} cannot be used: {refused.detail or refused.code}.")
        if places := rules_without_a_place(reading, provider):
            wrong.append(f"{provider.id} names places that are not there: {', '.join(places)}.")
    gone = set(accounts.providers_of_grants(reading.session, reading.now)) - {provider.id for provider in providers}
    if gone:
        wrong.append(f"There are still roles by providers that are not set any more: {', '.join(sorted(gone))}.")
    return wrong
