"""Keeps the roles that somebody has by a provider as its groups say, and leaves alone what people gave."""

from uuid import UUID

import structlog

from dispatch.accounts import queries as accounts
from dispatch.accounts import service as accounts_service
from dispatch.people import service as people
from dispatch.single_sign_on.claims import rules_for
from dispatch.territory.names import places_by_codes
from kernel.actor import Level, Role
from kernel.identity_providers import IdentityProvider
from kernel.unit_of_work import Reading, UnitOfWork

log = structlog.get_logger(__name__)
Post = tuple[Role, Level, UUID | None]


def keep_in_step(uow: UnitOfWork, *, user_id: UUID, provider: IdentityProvider, groups: frozenset[str]) -> None:
    """Give somebody the roles that follow from these groups, and end those that followed before and do not now.

    Their phones hear of it by the feed, as of every role. A rule whose place is not there, or is in another region than the
    person, gives nothing and says so in the log.
    """
    wanted = _wanted(uow, user_id, provider, groups)
    for grant in accounts.grants_from(uow, user_id, provider.id):
        post = (grant.role, grant.level, grant.place_id)
        if post in wanted:
            wanted.remove(post)
        else:
            accounts_service.end_role(uow, grant_id=grant.id)
    for role, level, place_id in wanted:
        people.give_role(uow, user_id=user_id, role=role, level=level, place_id=place_id, provider=provider.id)


def withdraw_all(uow: UnitOfWork, *, user_id: UUID, provider_id: str) -> None:
    """End the roles that somebody has by a provider. Raises Forbidden (accounts.may_not_grant)."""
    for grant in accounts.grants_from(uow, user_id, provider_id):
        accounts_service.end_role(uow, grant_id=grant.id)


def _wanted(uow: Reading, user_id: UUID, provider: IdentityProvider, groups: frozenset[str]) -> list[Post]:
    rules = rules_for(provider, groups)
    if not rules:
        return []
    places = places_by_codes(uow, {(rule.level, rule.place) for rule in rules if rule.level is not Level.EVERYWHERE})
    home = accounts.contacts_of(uow, [user_id])[user_id].region_id
    found: dict[Post, None] = {}
    for rule in rules:
        place = places.get((rule.level, rule.place))
        if rule.level is Level.EVERYWHERE:
            found[rule.role, rule.level, None] = None
        elif place is None or home not in (None, place.region_id):
            log.warning("role by group gives nothing: no such place in the person's region", provider=provider.id)
        else:
            own = {Level.REGION: place.region_id, Level.STATION: place.station_id, Level.GROUP: place.group_id}
            found[rule.role, rule.level, own.get(rule.level, place.zone_id)] = None
    return list(found)


def rules_without_a_place(reading: Reading, provider: IdentityProvider) -> list[str]:
    """Return the places of a provider's rules, and the region for new people, that the territory does not have; in codes."""
    wanted = {(rule.level, rule.place) for rule in provider.roles if rule.level is not Level.EVERYWHERE}
    wanted |= {(Level.REGION, (provider.region,))} if provider.region else set()
    return sorted("/".join(codes) for _, codes in wanted - places_by_codes(reading, wanted).keys())
