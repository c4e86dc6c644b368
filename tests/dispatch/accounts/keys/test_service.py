from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.accounts import service as accounts
from dispatch.accounts.keys import queries, service, token
from dispatch.accounts.keys.models import ApiKeySecret
from dispatch.accounts.keys.states import KeyState
from dispatch.accounts.kinds import AccountKind
from dispatch.accounts.queries import actor_of_user
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from tests import factories
from tests.conftest import NOW
from tests.statements import counted

YEAR = timedelta(days=365)
HOUR = timedelta(hours=1)
READ = ["work-orders:read"]


@pytest.fixture
def people(runtime):
    """Operations of two regions, a leader, and a service account that is a station manager in the first region."""
    with runtime.unit_of_work(system_actor()) as uow:
        near, abroad = factories.places(uow), factories.places(uow)
        here, there = near.region_id, abroad.region_id
        found = {
            "operations": factories.person_with(uow, Role.REGIONAL_OPERATIONS, Level.REGION, here, region_id=here),
            "abroad": factories.person_with(uow, Role.REGIONAL_OPERATIONS, Level.REGION, there, region_id=there),
            "leader": factories.person_with(uow, Role.GROUP_LEADER, Level.GROUP, near.group_id, region_id=here),
            "erp": accounts.create_user(
                uow, login="erp", name="ERP", region_id=near.region_id, kind=AccountKind.SERVICE
            ),
        }
        station = {"level": Level.STATION, "place_id": near.station_id, "region_id": near.region_id}
        accounts.grant_role(uow, user_id=found["erp"], role=Role.STATION_MANAGER, **station)
        found["far_group"], found["far_region"] = abroad.group_id, abroad.region_id
        return found


@pytest.fixture
def act(runtime, people):
    """Do something of the service as one of them."""

    def do(who, command, **options):
        actor = system_actor() if who is None else None
        identify = actor or (lambda session, now: actor_of_user(session, people[who], now))
        with runtime.unit_of_work(identify) as uow:
            return command(uow, **options)

    return do


@pytest.fixture
def make(act):
    return lambda who, **options: act(who, service.make, **{"name": "ERP", "scopes": READ, "longest": YEAR, **options})


def caller(runtime, key):
    with runtime.reading(system_actor()) as reading:
        return queries.caller_of_key(reading.session, key, reading.now)


def is_good(runtime, key) -> bool:
    try:
        return caller(runtime, key).key is not None
    except DomainError:
        return False


def refused(command, *arguments, **options):
    with pytest.raises(DomainError) as caught:
        command(*arguments, **options)
    return caught.value.code


def test_a_key_speaks_for_its_account_with_what_it_may_and_one_statement_finds_that(runtime, people, make):
    made = make("leader", scopes=["fees:read", "assets:write", "fees:read"], addresses=["10.0.0.0/8"])
    with counted(runtime.engine) as seen:
        found = caller(runtime, made.key)
    assert len([one for one in seen if one != "BEGIN"]) == 1
    assert found.actor.user_id == people["leader"]
    assert found.actor.roles == {Role.GROUP_LEADER}
    assert (found.key.id, found.key.scopes) == (made.id, {"assets:write", "fees:read"})
    assert (found.key.addresses, found.session_id) == (("10.0.0.0/8",), None)


def test_only_a_digest_is_kept_and_a_handle_alone_opens_nothing(runtime, make):
    first, second = make("leader"), make("leader")
    with runtime.reading(system_actor()) as reading:
        rows = reading.session.execute(select(*ApiKeySecret.__table__.c)).all()
    assert all(len(row.digest) == 32 for row in rows)
    assert first.key[16:] not in str(rows)
    mixed = first.key[:16] + second.key[16:59]
    mixed += token._checksum(mixed)
    assert token.read(mixed) is not None
    assert refused(caller, runtime, mixed) == "token-invalid"
    assert is_good(runtime, first.key)


def test_a_key_ends_at_its_time_and_with_its_account(runtime, clock, people, act, make):
    made, short = make("leader"), make("leader", expires_at=NOW + HOUR)
    clock.at += HOUR
    assert (is_good(runtime, made.key), is_good(runtime, short.key)) == (True, False)
    act(None, accounts.set_active, user_id=people["leader"], active=False)
    assert not is_good(runtime, made.key)
    act(None, accounts.set_active, user_id=people["leader"], active=True)
    assert not is_good(runtime, made.key), "what was closed stays so: somebody may have forgotten it"


def test_what_its_account_may_no_longer_its_key_may_no_longer(runtime, people, act, make):
    made = make("operations", user_id=people["erp"])
    assert caller(runtime, made.key).actor.roles == {Role.STATION_MANAGER}
    [grant] = caller(runtime, made.key).actor.grants
    ended = {"role": grant.role, "level": grant.level, "place_id": grant.place_id}
    act("operations", accounts.end_roles, user_id=people["erp"], **ended)
    assert caller(runtime, made.key).actor.roles == frozenset()


def test_after_a_rotation_both_are_good_for_a_while_and_then_the_new_one(runtime, clock, act, make):
    made = make("leader", expires_at=NOW + 30 * 24 * HOUR)
    clock.at += 20 * 24 * HOUR
    fresh = act("leader", service.rotate, key_id=made.id, grace=2 * HOUR, longest=YEAR)
    assert fresh.id == made.id
    row = act("leader", queries.key, key_id=made.id)
    assert row.expires_at == clock.at + 30 * 24 * HOUR, "it lasts as long again"
    assert [one.prefix for one in row.secrets] == [fresh.key[:15], made.key[:15]]
    clock.at += HOUR
    assert is_good(runtime, made.key)
    assert is_good(runtime, fresh.key)
    newest = act("leader", service.rotate, key_id=made.id, grace=timedelta(), longest=YEAR)
    assert [is_good(runtime, one.key) for one in (made, fresh, newest)] == [False, False, True]


def test_a_rotation_that_comes_again_prolongs_nothing_and_cuts_off_nobody(runtime, clock, act, make):
    made = make("leader")
    act("leader", service.rotate, key_id=made.id, grace=2 * HOUR, longest=YEAR)
    clock.at += HOUR
    lost = act("leader", service.rotate, key_id=made.id, grace=24 * HOUR, longest=YEAR)
    assert is_good(runtime, made.key)
    clock.at += HOUR
    assert not is_good(runtime, made.key)
    for _ in range(queries.MOST_SECRETS):
        clock.at += timedelta(minutes=1)
        newest = act("leader", service.rotate, key_id=made.id, longest=YEAR)
    assert len(act("leader", queries.key, key_id=made.id).secrets) == queries.MOST_SECRETS
    assert (is_good(runtime, lost.key), is_good(runtime, newest.key)) == (False, True)


def test_a_revoked_key_opens_nothing_and_is_neither_rotated_nor_revoked_again(runtime, clock, people, act, make):
    made = make("leader")
    act("operations", service.revoke, key_id=made.id)
    assert not is_good(runtime, made.key)
    assert refused(act, "leader", service.rotate, key_id=made.id, longest=YEAR) == "keys.over"
    clock.at += HOUR
    act("leader", service.revoke, key_id=made.id)
    row = act("leader", queries.key, key_id=made.id)
    assert (row.state, row.revoked_at, row.revoked_by) == (KeyState.REVOKED, NOW, people["operations"])


def test_people_make_their_own_and_those_in_charge_make_those_of_service_accounts(runtime, people, act, make):
    theirs, erp = make("leader").id, make("operations", user_id=people["erp"]).id
    assert refused(make, "operations", user_id=people["leader"]) == "keys.not_theirs"
    assert refused(act, "operations", service.rotate, key_id=theirs, longest=YEAR) == "keys.not_theirs"
    assert refused(make, "leader", user_id=people["erp"]) == "accounts.unknown"
    assert refused(make, "abroad", user_id=people["erp"]) == "accounts.unknown"
    for who, seen in {"operations": {theirs, erp}, "leader": {theirs}, "abroad": set(), None: {theirs, erp}}.items():
        assert {row.id for row in act(who, queries.page_of_keys, limit=10).items} == seen
        for key_id in {theirs, erp} - seen:
            for command in (queries.key, service.revoke):
                assert refused(act, who, command, key_id=key_id) == "keys.unknown"
            assert refused(act, who, service.rotate, key_id=key_id, longest=YEAR) == "keys.unknown"


def test_nobody_gets_a_key_to_more_than_they_could_give(runtime, people, act, make):
    made = make("operations", user_id=people["erp"])
    abroad = {"level": Level.GROUP, "place_id": people["far_group"], "region_id": people["far_region"]}
    act(None, accounts.grant_role, user_id=people["erp"], role=Role.GROUP_LEADER, **abroad)
    assert refused(make, "operations", user_id=people["erp"]) == "accounts.may_not_grant"
    assert refused(act, "operations", service.rotate, key_id=made.id, longest=YEAR) == "accounts.may_not_grant"
    assert make(None, user_id=people["erp"]).key
    act("operations", service.revoke, key_id=made.id)


def test_one_of_the_same_rank_is_not_in_charge_and_sees_nothing(runtime, people, act, make):
    with runtime.unit_of_work(system_actor()) as uow:
        here = actor_of_user(uow.session, people["operations"], uow.now).region_id
        people["colleague"] = factories.person_with(uow, Role.REGIONAL_OPERATIONS, Level.REGION, here, region_id=here)
    made = make("operations")
    assert act("colleague", queries.page_of_keys, limit=10).items == ()
    assert refused(act, "colleague", service.revoke, key_id=made.id) == "keys.unknown"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"scopes": ["work-orders:read", "work-orders:delete"]}, "keys.scope_unknown"),
        ({"scopes": ["audit:write"]}, "keys.scope_unknown"),
        ({"scopes": []}, "keys.scopes_none"),
        ({"addresses": ["10.0.0.1/8"]}, "keys.address_wrong"),
        ({"addresses": [f"10.0.0.{n}" for n in range(51)]}, "invalid"),
        ({"expires_at": NOW}, "keys.end_wrong"),
        ({"expires_at": NOW + YEAR + timedelta(seconds=1)}, "keys.end_wrong"),
        ({"name": " "}, "invalid"),
    ],
)
def test_what_no_key_can_be_is_refused(make, wrong, code):
    assert refused(make, "leader", **wrong) == code


def test_an_account_has_so_many_keys_that_are_good(clock, act, make):
    made = [make("leader", expires_at=NOW + (HOUR if n else YEAR)) for n in range(service.MOST_KEYS)]
    assert refused(make, "leader") == "keys.too_many"
    act("leader", service.revoke, key_id=made[0].id)
    make("leader")
    assert refused(make, "leader") == "keys.too_many"
    clock.at += HOUR
    make("leader")
    active = act("leader", queries.page_of_keys, limit=50, state=KeyState.ACTIVE).items
    expired = act("leader", queries.page_of_keys, limit=50, state=KeyState.EXPIRED).items
    assert (len(active), len(expired)) == (2, service.MOST_KEYS - 1)


def test_a_use_is_worth_a_write_every_few_minutes_and_says_which_way_of_writing_it_is(runtime, clock, act, make):
    made = make("leader")
    first = caller(runtime, made.key)
    assert first.due
    act(None, service.note_use, key=first.key, address="203.0.113.7")
    assert not caller(runtime, made.key).due
    clock.at += queries.USED_EVERY
    assert caller(runtime, made.key).due
    act("leader", service.rotate, key_id=made.id, longest=YEAR)
    newest, before = act("leader", queries.key, key_id=made.id).secrets
    assert (newest.used_at, before.used_at, before.used_from) == (None, NOW, "203.0.113.7")


def test_a_service_account_has_no_password_and_takes_no_work(runtime, people, act):
    erp = {"user_id": people["erp"]}
    assert refused(act, None, accounts.set_password, **erp, password="x y z 1 2 3 4") == "accounts.no_person"
    for role in (Role.TECHNICIAN, Role.ASSESSOR):
        post = {"role": role, "level": Level.GROUP, "place_id": people["far_group"]}
        assert refused(act, None, accounts.grant_role, **erp, **post) == "accounts.no_person"
    made = {"login": "dms", "name": "DMS", "kind": AccountKind.SERVICE}
    assert refused(act, None, accounts.create_user, **made, password="x y z 1 2 3 4") == "accounts.no_person"
