from dataclasses import replace

import pytest

from dispatch.single_sign_on.claims import read_claims, rules_for
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.identity_providers import IdentityProvider, RoleRule

RULES = (
    RoleRule("managers", Role.STATION_MANAGER, Level.STATION, ("LS", "LC")),
    RoleRule("all", Role.AGENT, Level.REGION, ("LS",)),
    RoleRule("managers", Role.AGENT, Level.STATION, ("LS", "LC")),
)
PROVIDER = IdentityProvider(id="p", issuer="https://id.example.org", client_id="fieldbeat", labels=(), roles=RULES)
NESTED = replace(PROVIDER, groups_claim=("realm_access", "roles"), login_claim=("https://example.org/login",))


def refusal(provider, claims):
    with pytest.raises(DomainError) as refused:
        read_claims(provider, {"sub": "s", **claims})
    return refused.value.code


@pytest.mark.parametrize(
    ("provider", "claims", "groups"),
    [
        (PROVIDER, {"groups": ["a", "b", 7, None]}, {"a", "b"}),
        (PROVIDER, {"groups": "a"}, {"a"}),
        (PROVIDER, {"groups": {"a": 1}}, set()),
        (PROVIDER, {}, set()),
        (NESTED, {"realm_access": {"roles": ["a"]}, "roles": ["b"]}, {"a"}),
        (NESTED, {"realm_access": ["a"]}, set()),
    ],
)
def test_groups_are_read_from_where_the_provider_puts_them(provider, claims, groups):
    assert read_claims(provider, {"sub": "s", **claims}).groups == groups


def test_names_may_hold_dots_and_what_is_no_text_is_no_name():
    read = read_claims(NESTED, {"sub": "s", "https://example.org/login": " zhang ", "name": 7})
    assert (read.login, read.name) == ("zhang", "")


@pytest.mark.parametrize("overage", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}], ids=str)
def test_groups_that_were_left_out_are_not_none(overage):
    assert refusal(PROVIDER, overage) == "sso.groups_left_out"
    assert read_claims(replace(PROVIDER, roles=()), {"sub": "s", **overage}).groups == frozenset()
    assert read_claims(PROVIDER, {"sub": "s", "groups": [], **overage}).groups == frozenset()


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "Z@Example.ORG", "email_verified": True}, "z@example.org"),
        ({"email": "z@example.org", "email_verified": "true"}, None),
        ({"email": "z@example.org"}, None),
        ({"email": "a@b@example.org", "email_verified": True}, None),
        ({"email": 7, "email_verified": True}, None),
    ],
)
def test_an_address_counts_only_if_it_is_verified(claims, email):
    assert read_claims(PROVIDER, {"sub": "s", **claims}).email == email
    picky = replace(PROVIDER, allowed_domains=("example.org",))
    assert email or refusal(picky, claims) == "sso.domain_not_allowed"


@pytest.mark.parametrize("subject", [None, "", 7, "x" * 256, "a\0b"], ids=repr)
def test_without_a_subject_it_is_nobody(subject):
    with pytest.raises(DomainError):
        read_claims(PROVIDER, {"sub": subject})


def test_a_group_may_lead_to_several_roles_and_others_to_none():
    assert rules_for(PROVIDER, frozenset({"managers", "else"})) == (RULES[0], RULES[2])
    assert rules_for(PROVIDER, frozenset()) == ()
