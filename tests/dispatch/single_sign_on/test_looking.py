from dataclasses import replace

import pytest

from dispatch.accounts import service as accounts
from dispatch.single_sign_on.looking import look_at_providers
from dispatch.territory import queries as territory
from kernel.actor import Level, Role
from kernel.identity_providers import IdentityProvider, RoleRule
from tests import factories
from tests.conftest import NOW


@pytest.fixture
def provider(openid):
    openid.people(NOW)
    return IdentityProvider(id="company", issuer=openid.issuer, client_id="fieldbeat", labels=(), internal=True)


def test_a_provider_that_answers_and_whose_places_are_there_is_well(uow, provider):
    here = factories.places(uow)
    region, station = territory.region(uow, here.region_id).code, territory.station(uow, here.station_id).code
    rule = RoleRule("managers", Role.STATION_MANAGER, Level.STATION, (region, station))
    assert look_at_providers(uow, [replace(provider, roles=(rule,), region=region)]) == []


def test_what_is_wrong_is_said(uow, provider):
    rules = (
        RoleRule("managers", Role.STATION_MANAGER, Level.STATION, ("none", "such")),
        RoleRule("admins", Role.ADMINISTRATOR, Level.EVERYWHERE, ()),
    )
    user_id = factories.user(uow)
    accounts.grant_role(uow, user_id=user_id, role=Role.AGENT, level=Level.EVERYWHERE, place_id=None, provider="gone")
    away = replace(provider, id="away", issuer=f"{provider.issuer}/other")
    wrong = look_at_providers(uow, [replace(provider, roles=rules, region="nowhere"), away])
    assert wrong == [
        "company names places that are not there: none/such, nowhere.",
        f"away at {provider.issuer}/other cannot be used: it answered 404.",
        "There are still roles by providers that are not set any more: gone.",
    ]
