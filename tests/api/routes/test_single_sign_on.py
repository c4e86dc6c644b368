"""The whole of signing in at a provider, against a real one in a process of its own."""

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from dispatch.accounts import service as accounts
from dispatch.single_sign_on.directory import directory_of
from dispatch.territory import queries as territory
from kernel.actor import Level, Role, system_actor
from kernel.identity_providers import IdentityProvider, RoleRule
from tests import factories
from tests.api.oidc.process import PUBLIC, Browser
from tests.api.world import problem, wrong_fields
from tests.conftest import NOW

VERIFIER = "a-verifier-that-whoever-began-keeps-to-itself"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
START = "/v1/session/oidc/company"
ZHANG = {"name": "张伟", "preferred_username": "Zhang.Wei", "groups": ["field-managers"]}


@pytest.fixture
def provider(openid, runtime, world):
    """How the company's provider is set, with a rule for each of two groups."""
    near = world.places["near"]
    with runtime.reading(system_actor()) as reading:
        region = territory.region(reading, near.region_id).code
        station = territory.station(reading, near.station_id).code
    directory_of.cache_clear()
    return IdentityProvider(
        id="company",
        issuer=openid.issuer,
        client_id="fieldbeat",
        client_secret="the secret of fieldbeat",
        labels=(("zh-CN", "公司账号"), ("en", "Company account")),
        roles=(
            RoleRule("field-managers", Role.STATION_MANAGER, Level.STATION, (region, station)),
            RoleRule("field-agents", Role.AGENT, Level.STATION, (region, station)),
            RoleRule("field-agents", Role.AGENT, Level.STATION, (region, "nowhere")),
        ),
        create=True,
        region=region,
        internal=True,
        return_to=("org.example.app:/signed-in",),
        loopback=True,
    )


@pytest.fixture
def set_up(runtime, openid):
    """Set providers, and who is at the real one."""

    def set_them(*providers, **people):
        runtime.settings = replace(runtime.settings, public_url=PUBLIC, identity_providers=providers)
        openid.people(NOW, **{"zhang": ZHANG, **people})

    return set_them


@pytest.fixture
def company(set_up, provider):
    set_up(provider)
    return provider


def begin(door, path=START, **query):
    return door.get(None, f"{path}?{urlencode({'challenge': CHALLENGE, **query})}")


def come_back(door, answer):
    """Take the provider's answer to the application, as the browser does."""
    parts = urlsplit(answer)
    return door.get(None, f"{parts.path}?{parts.query}")


def there_and_back(door, who="zhang", path=START, **query):
    """Sign in as far as the address to which the browser is sent at last."""
    began = begin(door, path, **query)
    assert began.status_code == 303, began.text
    returned = come_back(door, Browser().sign_in(began.headers["Location"], who))
    assert returned.status_code == 303, returned.text
    return returned.headers["Location"]


def fetch(door, address, verifier=VERIFIER):
    """Exchange the code in an address for tokens."""
    parts = urlsplit(address)
    code = parse_qs(parts.fragment or parts.query)["code"][0]
    return door.post(None, "/v1/session/oidc", {"code": code, "verifier": verifier})


def sign_in(door, who="zhang", **options):
    answer = fetch(door, there_and_back(door, who, **options))
    assert answer.status_code == 201, answer.text
    door.world.tokens[who] = answer.json["token"]
    return answer.json


def refused(door, who="zhang", **options):
    """Return the code with which a sign-in ends that leads to none."""
    address = there_and_back(door, who, **options)
    assert address.startswith("/#error="), address
    return address.removeprefix("/#error=")


def roles(door, who="zhang"):
    return [(g["role"], g["provider"]) for g in door.get(who, "/v1/me").json["grants"] if g["valid_to"] is None]


def test_a_person_signs_in_at_their_companys_provider_and_has_a_session_like_any_other(door, company):
    assert door.get(None, "/v1/session/oidc").json["items"] == [
        {"id": "company", "label_zh": "公司账号", "label_en": "Company account"}
    ]
    address = there_and_back(door, next="/console/orders?day=today")
    assert address.startswith("/console/orders?day=today#code=fbo_")
    signed_in = fetch(door, address).json
    door.world.tokens["zhang"] = signed_in["token"]
    me = door.get("zhang", "/v1/me").json
    assert (me["login"], me["name"], me["region_id"]) == (
        "zhang.wei",
        "张伟",
        str(door.world.places["near"].region_id),
    )
    assert roles(door) == [("station_manager", "company")]
    (session,) = door.get("zhang", "/v1/me/sessions").json["items"]
    assert (session["method"], session["current"]) == ("provider", True)
    again = door.post(None, "/v1/refresh", {"refresh_token": signed_in["refresh_token"]})
    assert again.status_code == 201
    assert door.post("zhang", "/v1/logout").status_code == 204
    assert door.get("zhang", "/v1/me").status_code == 401
    # The same subject is the same person, whatever it is called by now.
    assert sign_in(door)["user_id"] == me["id"]


def test_what_the_provider_tells_besides_counts_only_if_it_is_about_the_same_person(door, set_up, provider, openid):
    set_up(replace(provider, userinfo=True, name_claim=("nickname",)))
    told = {"status": 200, "path": "/me", "headers": {"Content-Type": "application/json"}}
    openid.steer(
        now=NOW.isoformat(), faults=told | {"body": '{"sub": "zhang", "nickname": "小张", "groups": ["field-agents"]}'}
    )
    sign_in(door)
    assert door.get("zhang", "/v1/me").json["name"] == "小张"
    assert roles(door) == [("station_manager", "company")], "what is signed comes before what is not"
    openid.steer(now=NOW.isoformat(), faults=told | {"body": '{"sub": "li", "nickname": "李"}'})
    assert refused(door) == "sso.token_refused"


def test_programs_get_their_code_in_the_query_and_public_clients_need_no_secret(door, set_up, provider):
    phone = replace(provider, id="phone", client_id="phone", client_secret="", userinfo=True)
    set_up(phone)
    for back in ("http://127.0.0.1:49152/done", "org.example.app:/signed-in"):
        address = there_and_back(door, path="/v1/session/oidc/phone", next=back)
        assert address.startswith(f"{back}?code=fbo_")
        assert fetch(door, address).status_code == 201


def test_nobody_is_sent_to_an_address_that_is_not_ours(door, company, runtime):
    for address in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "org.example.app:/x",
    ):
        assert wrong_fields(begin(door, next=address)) == {"/next": "sso.next_refused"}
    runtime.settings = replace(runtime.settings, identity_providers=(replace(company, loopback=False),))
    assert wrong_fields(begin(door, next="http://127.0.0.1:49152/done")) == {"/next": "sso.next_refused"}


def test_an_answer_is_taken_once_and_only_at_the_provider_where_it_was_begun(door, set_up, provider):
    set_up(provider, replace(provider, id="strict"))
    began = begin(door).headers["Location"]
    answer = Browser().sign_in(began, "zhang")
    mixed_up = come_back(door, answer.replace("/company/", "/strict/"))
    assert problem(mixed_up) == (410, "sso.state_unknown")
    first = come_back(door, answer)
    assert urlsplit(first.headers["Location"]).fragment.startswith("code=")
    assert problem(come_back(door, answer)) == (410, "sso.state_unknown")
    assert problem(come_back(door, answer.replace("state=", "state=x"))) == (410, "sso.state_unknown")
    # The code that leads to tokens works once, too.
    assert fetch(door, first.headers["Location"]).status_code == 201
    assert problem(fetch(door, first.headers["Location"])) == (401, "sso.code_invalid")


def test_whoever_steals_what_comes_back_to_the_browser_gets_nowhere(door, company):
    address = there_and_back(door)
    assert problem(fetch(door, address, verifier="x" * 43)) == (401, "sso.code_invalid")
    assert problem(fetch(door, address)) == (401, "sso.code_invalid"), "one attempt is all that it was good for"


def test_everything_on_the_way_is_over_soon(door, company, clock):
    answer = Browser().sign_in(begin(door).headers["Location"], "zhang")
    late = there_and_back(door)
    clock.at += timedelta(seconds=60)
    assert problem(fetch(door, late)) == (401, "sso.code_invalid")
    clock.at += timedelta(minutes=9)
    assert problem(come_back(door, answer)) == (410, "sso.state_unknown")


def test_an_answer_of_another_sign_in_or_of_another_provider_is_not_believed(door, company):
    """The code of one sign-in with the state of another: the provider wants the verifier that belongs to it."""
    theirs = parse_qs(urlsplit(Browser().sign_in(begin(door).headers["Location"], "zhang")).query)

    def answered(**changed):
        mine = parse_qs(urlsplit(begin(door).headers["Location"]).query)
        query = {"state": mine["state"][0], "code": theirs["code"][0], "iss": company.issuer, **changed}
        returned = come_back(door, f"{START}/callback?{urlencode({k: v for k, v in query.items() if v})}")
        return returned.headers["Location"]

    assert answered(iss="https://evil.example") == "/#error=sso.token_refused"
    assert answered(iss=None) == "/#error=sso.token_refused", "this provider says who it is"
    assert answered(code=None, error="access_denied") == "/#error=sso.provider_refused"
    assert answered() == "/#error=sso.provider_refused"


def test_a_token_of_an_hour_ago_or_ahead_is_refused_and_a_clock_that_is_a_little_off_harms_nobody(
    door, company, openid
):
    for minutes, good in ((-11.5, False), (-10.5, True), (0.5, True), (5, False)):
        openid.people(NOW + timedelta(minutes=minutes), zhang=ZHANG)
        if good:
            sign_in(door)
        else:
            assert refused(door) == "sso.token_refused"


def test_a_new_key_of_the_provider_is_fetched_when_it_is_met_and_at_most_once_a_minute(door, company, openid, clock):
    sign_in(door)
    asked = openid.steer(now=NOW.isoformat(), key="second")["/jwks"]
    assert refused(door) == "sso.token_refused", "the keys were fetched within this minute"
    clock.at += timedelta(minutes=1)
    sign_in(door)
    assert openid.steer(now=NOW.isoformat(), key="first")["/jwks"] == asked + 1


def test_who_is_not_known_stays_out_unless_the_settings_say_so(door, set_up, provider, openid):
    closed = replace(provider, create=False)
    set_up(closed)
    assert refused(door) == "sso.person_unknown"
    manager = door.world.people["manager"]
    path = f"/v1/users/{manager}/identities"
    linked = door.post("administrator", path, {"provider": "company", "subject": "zhang"})
    assert linked.status_code == 201, linked.text
    assert problem(door.post("administrator", path, {"provider": "company", "subject": "zhang"})) == (
        409,
        "sso.identity_taken",
    )
    assert problem(door.post("administrator", path, {"provider": "other", "subject": "x"})) == (
        404,
        "sso.provider_unknown",
    )
    assert problem(door.post("leader", path, {"provider": "company", "subject": "x"})) == (404, "accounts.unknown")
    assert sign_in(door)["user_id"] == str(manager)
    (shown,) = door.get("zhang", path).json["items"]
    assert (shown["subject"], shown["issuer"]) == ("zhang", openid.issuer)
    assert shown["seen_at"] is not None
    given = door.get("zhang", "/v1/me").json["grants"]
    assert sorted(str(one["provider"]) for one in given) == ["None", "company"]
    # Taken away again, with all that came of it, and with nothing else.
    assert door("administrator", "DELETE", f"{path}/{linked.json['id']}").status_code == 204
    assert problem(door("administrator", "DELETE", f"{path}/{linked.json['id']}")) == (404, "sso.identity_unknown")
    assert door.get("zhang", "/v1/me").status_code == 401
    assert roles(door, "manager") == [("station_manager", None)]
    assert refused(door) == "sso.person_unknown"


def test_nobody_becomes_somebody_else_by_a_name_or_an_unverified_address(door, set_up, provider):
    manager = door.world.people["manager"]
    thief = {"preferred_username": "manager", "email": "manager@example.org"}
    people = {
        "thief": thief,
        "liar": {"email": "manager"},
        "real": {"email": "Boss@Example.org", "email_verified": True},
    }
    set_up(provider, **people)
    assert refused(door, "thief") == "sso.login_taken"
    set_up(replace(provider, link_existing="verified_email", create=False), **people)
    assert refused(door, "thief") == "sso.person_unknown"
    assert refused(door, "liar") == "sso.person_unknown"
    with door.client.application.extensions["fieldbeat"].unit_of_work(system_actor()) as uow:
        boss = accounts.create_user(uow, login="boss@example.org", name="老板")
    assert sign_in(door, "real")["user_id"] == str(boss)
    set_up(replace(provider, link_existing="login", create=False), **people)
    assert sign_in(door, "thief")["user_id"] == str(manager), "the operator says that names are the same"
    service = door.post("administrator", "/v1/users", {"login": "erp", "name": "ERP", "kind": "service"}).json
    set_up(replace(provider, link_existing="login", create=False), program={"preferred_username": "erp"})
    assert refused(door, "program") == "sso.person_unknown", "nobody signs in as a program"
    by_hand = {"provider": "company", "subject": "program"}
    assert problem(door.post("administrator", f"/v1/users/{service['id']}/identities", by_hand)) == (
        409,
        "accounts.no_person",
    )
    set_up(replace(provider, link_existing="login"), second=thief)
    assert refused(door, "second") == "sso.login_taken", "that one is somebody else there already"


def test_only_verified_addresses_of_the_allowed_domains_get_in(door, set_up, provider):
    set_up(
        replace(provider, allowed_domains=("example.org",)),
        good=ZHANG | {"email": "z@example.org", "email_verified": True},
        bad=ZHANG | {"email": "z@example.org.evil.example", "email_verified": True},
        none=ZHANG | {"email": "z@example.org"},
    )
    assert refused(door, "bad") == refused(door, "none") == "sso.domain_not_allowed"
    sign_in(door, "good")


def test_a_closed_account_stays_closed(door, company):
    user_id = sign_in(door)["user_id"]
    waiting = there_and_back(door)
    closed = door.patch("administrator", f"/v1/users/{user_id}", {"active": False})
    assert closed.status_code == 200
    assert door.get("zhang", "/v1/me").status_code == 401
    assert problem(fetch(door, waiting)) == (401, "sso.code_invalid")
    assert refused(door) == "sso.account_closed"


def test_roles_follow_the_groups_at_each_sign_in_and_what_people_gave_stays(door, company, openid, clock):
    user_id = sign_in(door)["user_id"]
    station = str(door.world.places["near"].station_id)
    by_hand = {"role": "station_manager", "level": "station", "place_id": station}
    grants = f"/v1/users/{user_id}/grants"
    assert door.post("administrator", grants, by_hand).json["provider"] is None
    phone = door.post("zhang", "/v1/devices", {"install_id": "phone-1"}).json["token"]
    head = {"headers": {"Authorization": f"Bearer {phone}"}}
    since = door.get(None, "/v1/sync/head", **head).json
    clock.at += timedelta(minutes=1)
    openid.people(NOW, zhang=ZHANG | {"groups": ["field-agents", "else"]})
    sign_in(door)
    assert sorted(roles(door)) == [("agent", "company"), ("station_manager", None)]
    assert door.get(None, "/v1/sync/head", **head).json != since, "phones hear of it at once"
    sign_in(door)
    assert len(door.get("zhang", "/v1/me").json["grants"]) == 3, "nothing is given twice"
    openid.people(NOW, zhang={"name": "张伟"})
    sign_in(door)
    assert roles(door) == [("station_manager", None)]
    # What changed is in the audit log.
    told = door.get("administrator", "/v1/audit", query_string={"subject_id": user_id, "limit": 100}).json["items"]
    actions = {one["action"] for one in told}
    assert "GET /v1/session/oidc/<string:provider>/callback" in actions


def test_groups_that_the_provider_left_out_take_nobodys_roles(door, company, openid):
    sign_in(door)
    openid.people(NOW, zhang={"_claim_names": {"groups": "src1"}})
    assert refused(door) == "sso.groups_left_out"
    assert roles(door) == [("station_manager", "company")]


def test_without_the_provider_signing_in_by_password_works_and_it_is_not_asked_again_at_once(
    door, company, openid, clock
):
    for faults in (
        {"status": 500},
        {"status": 302, "headers": {"Location": "http://127.0.0.1:9/"}},
        {"status": 200, "body": "x" * 600_000},
        {"says": {"issuer": "https://evil.example"}},
        {"says": {"token_endpoint": "ftp://127.0.0.1/"}},
    ):
        directory_of.cache_clear()
        openid.steer(now=NOW.isoformat(), faults=faults)
        assert problem(begin(door)) == (503, "sso.provider_away"), faults
    directory_of.cache_clear()
    openid.steer(now=NOW.isoformat(), faults={"status": 500})
    assert begin(door).status_code == 503
    asked = openid.steer(now=NOW.isoformat())["/.well-known/openid-configuration"]
    assert begin(door).status_code == 503, "whoever waits for it would keep others waiting"
    assert door.post(None, "/v1/login", {"login": "manager", "password": factories.PASSWORD}).status_code == 201
    clock.at += timedelta(seconds=5)
    began = begin(door)
    assert began.status_code == 303
    assert openid.steer(now=NOW.isoformat())["/.well-known/openid-configuration"] == asked + 1
    answer = Browser().sign_in(began.headers["Location"], "zhang")
    openid.steer(now=NOW.isoformat(), faults={"status": 502})
    assert come_back(door, answer).headers["Location"] == "/#error=sso.provider_away"


def test_signing_out_leads_to_the_providers_own_page_where_it_has_one(door, company, openid):
    out = door.get(None, f"{START}/logout")
    assert out.status_code == 303
    parts = urlsplit(out.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{openid.issuer}/session/end"
    assert parse_qs(parts.query) == {"client_id": ["fieldbeat"], "post_logout_redirect_uri": [f"{PUBLIC}/"]}
    directory_of.cache_clear()
    openid.steer(now=NOW.isoformat(), faults={"says": {"end_session_endpoint": None}})
    assert problem(door.get(None, f"{START}/logout")) == (404, "sso.no_logout")


def test_a_provider_that_was_not_set_as_internal_is_never_asked_in_our_own_network(door, set_up, provider, openid):
    """Not even when the name of its address leads there."""
    outside = replace(provider, internal=False)
    set_up(outside)
    before = openid.steer(now=NOW.isoformat())
    assert problem(begin(door)) == (503, "sso.provider_away")
    assert openid.steer(now=NOW.isoformat()) == before
