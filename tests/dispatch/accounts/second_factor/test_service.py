from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from dispatch.accounts.events import FactorChange, SecondFactorChanged
from dispatch.accounts.second_factor import queries, service
from dispatch.accounts.second_factor.models import RecoveryCode, SecondFactor
from dispatch.accounts.sessions.queries import caller_of_token
from dispatch.people import service as people
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from kernel.sealing import Unopenable
from tests import factories
from tests.factories import app_code


def refused(call, *arguments, **options) -> str:
    with pytest.raises(DomainError) as caught:
        call(*arguments, **options)
    return caught.value.code


@pytest.fixture
def wang(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        return factories.user(uow, region_id=factories.region(uow), login="wang.fang", password=factories.PASSWORD)


@pytest.fixture
def turned_on(runtime, wang):
    with runtime.unit_of_work(system_actor()) as uow:
        return factories.second_factor(uow, wang)


@pytest.fixture
def told(runtime):
    seen = []
    runtime.handlers = {SecondFactorChanged: (lambda _uow, event: seen.append(event.change),)}
    return seen


def prove(runtime, wang, code) -> str:
    """Send a code in a transaction of its own, and return what it proved or how it was refused."""
    try:
        with runtime.unit_of_work(system_actor()) as uow:
            return service.prove(uow, user_id=wang, code=code).value
    except DomainError as error:
        return error.code


def state(runtime, wang):
    with runtime.reading(system_actor()) as reading:
        return queries.state_of(reading, wang)


def test_it_is_on_once_the_app_has_shown_a_code_and_all_other_sessions_end(runtime, clock, wang, told):
    with runtime.unit_of_work(system_actor()) as uow:
        mine, other = (factories.sign_in(uow, "wang.fang") for _ in range(2))
        theirs = factories.acting(uow, wang)
        void = service.begin(theirs).secret
        begun = service.begin(theirs)
        assert begun.expires_at == uow.now + timedelta(minutes=15)
        assert not queries.state_of(uow, wang).on
        for wrong in (app_code(void, uow.now), app_code(begun.secret, uow.now, steps=2), "7k2m-x0qd-9f1v-1hbn"):
            assert refused(service.confirm, theirs, code=wrong, session_id=None) == "accounts.code_wrong"
    clock.at += timedelta(minutes=15)
    with runtime.unit_of_work(system_actor()) as uow:
        theirs = factories.acting(uow, wang)
        codes = service.confirm(theirs, code=app_code(begun.secret, uow.now), session_id=mine.session_id)
        assert len(codes) == 10
        assert caller_of_token(uow.session, mine.token, uow.now).second_factor
        with pytest.raises(DomainError):
            caller_of_token(uow.session, other.token, uow.now)
        assert refused(service.begin, theirs) == "accounts.second_factor_on"
        assert refused(service.confirm, theirs, code="000000", session_id=None) == "accounts.second_factor_on"
    assert (state(runtime, wang).since, state(runtime, wang).recovery_codes_left) == (clock.at, 10)
    assert told == [FactorChange.ON]


@pytest.mark.parametrize("late", [timedelta(minutes=16), timedelta(minutes=-16)])
def test_what_was_begun_is_void_after_a_while_whichever_way_the_clock_went(runtime, clock, wang, late):
    with runtime.unit_of_work(system_actor()) as uow:
        secret = service.begin(factories.acting(uow, wang)).secret
    clock.at += late
    with runtime.unit_of_work(system_actor()) as uow:
        theirs = factories.acting(uow, wang)
        code = app_code(secret, uow.now)
        assert refused(service.confirm, theirs, code=code, session_id=None) == "accounts.second_factor_not_begun"


def test_the_secret_is_sealed_to_its_person_and_of_recovery_codes_digests_are_kept(runtime, wang, turned_on):
    secret, codes = turned_on
    with runtime.unit_of_work(system_actor()) as uow:
        kept = uow.session.scalars(select(SecondFactor.secret)).one()
        assert secret not in kept
        assert uow.sealer.open(kept, service.context_of(wang)) == secret
        digests = uow.session.scalars(select(RecoveryCode.digest)).all()
        assert {len(digest) for digest in digests} == {32}
        assert not any(code.encode() in digest for code in codes for digest in digests)
        other = factories.user(uow, login="li.na")
        factories.second_factor(uow, other)
        uow.session.execute(update(SecondFactor).where(SecondFactor.id == other).values(secret=kept))
        with pytest.raises(Unopenable):
            service.prove(uow, user_id=other, code=app_code(secret, uow.now))


def test_a_code_of_the_app_is_good_once_and_none_before_it_after_that(runtime, clock, wang, turned_on):
    secret, _ = turned_on
    before, present, next_one = (app_code(secret, clock.at, steps=steps) for steps in (-1, 0, 1))
    assert prove(runtime, wang, before) == "accounts.code_wrong", "it was used to turn it on"
    assert prove(runtime, wang, present) == "app"
    assert prove(runtime, wang, present) == "accounts.code_wrong"
    assert prove(runtime, wang, next_one) == "app", "a clock that is a step ahead"
    for used in (before, present, next_one):
        assert prove(runtime, wang, used) == "accounts.code_wrong"
    clock.at += timedelta(seconds=60)
    assert prove(runtime, wang, next_one) == "accounts.code_wrong"
    assert prove(runtime, wang, app_code(secret, clock.at)) == "app"


def test_a_clock_that_was_set_back_keeps_nobody_out_and_takes_no_code_twice(runtime, clock, wang, turned_on):
    secret, _ = turned_on
    right = clock.at
    clock.at = right + timedelta(days=400)
    ahead = app_code(secret, clock.at)
    assert prove(runtime, wang, ahead) == "app"
    clock.at = right
    assert prove(runtime, wang, ahead) == "accounts.code_wrong"
    code = app_code(secret, right)
    assert prove(runtime, wang, code) == "app"
    assert prove(runtime, wang, code) == "accounts.code_wrong"


def test_of_all_who_send_the_same_code_at_once_exactly_one_is_let_in(runtime, clock, wang, turned_on):
    secret, codes = turned_on
    for code, proof in ((app_code(secret, clock.at), "app"), (codes[0], "recovery_code")):
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _, code=code: prove(runtime, wang, code), range(8)))
        assert sorted(answers) == sorted([proof, *["accounts.code_wrong"] * 7])


def test_a_recovery_code_is_good_once_and_its_person_is_told(runtime, wang, turned_on, told):
    _, codes = turned_on
    assert prove(runtime, wang, codes[3].upper().replace("-", " ")) == "recovery_code"
    assert prove(runtime, wang, codes[3]) == "accounts.code_wrong"
    assert state(runtime, wang).recovery_codes_left == 9
    assert told == [FactorChange.RECOVERY_CODE_USED]
    with runtime.unit_of_work(system_actor()) as uow:
        fresh = service.renew_recovery_codes(factories.acting(uow, wang), code=codes[4])
    assert len(fresh) == state(runtime, wang).recovery_codes_left == 10
    assert {prove(runtime, wang, old) for old in codes} == {"accounts.code_wrong"}
    assert prove(runtime, wang, fresh[0]) == "recovery_code"


def test_nobody_uses_the_recovery_code_of_somebody_else(runtime, wang, turned_on):
    with runtime.unit_of_work(system_actor()) as uow:
        other = factories.user(uow, login="li.na")
        _, theirs = factories.second_factor(uow, other)
    assert prove(runtime, wang, theirs[0]) == "accounts.code_wrong"
    assert prove(runtime, other, theirs[0]) == "recovery_code"


def test_turned_off_it_is_gone_with_all_that_belongs_to_it(runtime, clock, wang, turned_on, told):
    secret, codes = turned_on
    with runtime.unit_of_work(system_actor()) as uow:
        theirs = factories.acting(uow, wang)
        assert refused(service.turn_off, theirs, code="123 456", session_id=None) == "accounts.code_wrong"
        service.turn_off(theirs, code=app_code(secret, uow.now), session_id=None)
        assert refused(service.turn_off, theirs, code=codes[0], session_id=None) == "accounts.second_factor_off"
        assert factories.sign_in(uow, "wang.fang").user_id == wang
    assert (state(runtime, wang).on, state(runtime, wang).recovery_codes_left) == (False, 0)
    assert told == [FactorChange.OFF]


MAY_RESET = {
    ("administrator", "technician"): None,
    ("operations", "manager"): None,
    ("manager", "technician"): None,
    ("manager", "leader"): None,
    ("manager", "manager"): "accounts.may_not_manage",
    ("manager", "of_two_stations"): "accounts.may_not_manage",
    ("manager", "next_station"): "accounts.unknown",
    ("manager", "without_roles"): "accounts.unknown",
    ("leader", "technician"): "accounts.may_not_manage",
    ("operations", "administrator"): "accounts.unknown",
    ("operations", "abroad"): "accounts.unknown",
    ("technician", "leader"): "accounts.unknown",
}


def test_it_is_reset_by_those_in_charge_and_by_whoever_could_give_all_that_the_person_holds(uow):
    here = factories.places(uow)
    beside, abroad = factories.places(uow, region_id=here.region_id), factories.places(uow)
    home = here.region_id
    posts = {
        "administrator": (Role.ADMINISTRATOR, Level.EVERYWHERE, None, None),
        "operations": (Role.REGIONAL_OPERATIONS, Level.REGION, home, home),
        "manager": (Role.STATION_MANAGER, Level.STATION, here.station_id, home),
        "leader": (Role.GROUP_LEADER, Level.GROUP, here.group_id, home),
        "of_two_stations": (Role.GROUP_LEADER, Level.GROUP, here.group_id, home),
        "next_station": (Role.GROUP_LEADER, Level.GROUP, beside.group_id, home),
        "abroad": (Role.AGENT, Level.STATION, abroad.station_id, abroad.region_id),
    }

    def person(name):
        if name == "technician":
            return factories.technician(uow, here)
        if name == "without_roles":
            return factories.user(uow, region_id=home)
        role, level, place_id, region_id = posts[name]
        return factories.person_with(uow, role, level, place_id, region_id=region_id)

    for (who, whose), answer in MAY_RESET.items():
        actor, target = factories.acting(uow, person(who)), person(whose)
        if whose == "of_two_stations":
            also = {"role": Role.GROUP_LEADER, "level": Level.GROUP, "place_id": beside.group_id}
            people.give_role(uow, user_id=target, **also)
        factories.second_factor(uow, target)
        if answer is None:
            service.reset(actor, user_id=target)
            assert queries.state_of(uow, target) == queries.FactorState(None, 0)
            answer = "accounts.second_factor_off"  # there is nothing to reset any more
        assert refused(service.reset, actor, user_id=target) == answer, (who, whose)


def test_nobody_resets_their_own(uow):
    key = factories.person_with(uow, Role.ADMINISTRATOR, Level.EVERYWHERE, None)
    factories.second_factor(uow, key)
    assert refused(service.reset, factories.acting(uow, key), user_id=key) == "accounts.may_not_manage"
