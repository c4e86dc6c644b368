from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dispatch.accounts import service, signing_in, tidying
from dispatch.accounts.events import SecondFactorGuessed
from dispatch.accounts.models import User
from dispatch.accounts.passwords import Passwords
from dispatch.accounts.second_factor import service as factors
from dispatch.accounts.sessions import service as sessions
from dispatch.accounts.sessions.challenges import Challenge
from dispatch.accounts.sessions.kinds import NOWHERE, Lifetime, Whence
from dispatch.accounts.sessions.models import LoginChallenge
from dispatch.accounts.sessions.queries import caller_of_token
from dispatch.accounts.sessions.service import SignedIn
from dispatch.accounts.throttle.models import LoginTally
from dispatch.accounts.throttle.rule import ACCOUNT_MANY, FREE
from dispatch.accounts.throttle.service import Attempt
from kernel.actor import system_actor
from kernel.errors import DomainError
from tests import factories
from tests.conftest import NOW
from tests.factories import CHEAP, PASSWORD, app_code
from tests.statements import recorded


def refusal(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def sign_in(uow, login="wang.fang", password=PASSWORD, passwords=CHEAP):
    return signing_in.sign_in(uow, login=login, password=password, passwords=passwords)


@pytest.fixture
def wang(uow):
    return factories.user(uow, region_id=factories.region(uow), login="wang.fang", password=PASSWORD)


def test_a_sign_in_opens_a_session_for_hours_with_a_token_for_minutes(uow, wang):
    signed_in = sign_in(uow, login=" WANG.FANG ")
    assert signed_in.user_id == wang
    assert signed_in.expires_at == NOW + timedelta(minutes=15)
    assert signed_in.refresh_expires_at == NOW + timedelta(hours=12)
    assert caller_of_token(uow.session, signed_in.token, uow.now).actor.user_id == wang


def test_a_refused_sign_in_does_not_say_what_was_wrong(uow, wang):
    silent = factories.user(uow, login="no.password")
    closed = factories.user(uow, login="closed", password=PASSWORD)
    service.set_active(uow, user_id=closed, active=False)
    refusals = [
        refusal(sign_in, uow, login="nobody"),
        refusal(sign_in, uow, password="wrong password"),
        refusal(sign_in, uow, login="no.password"),
        refusal(sign_in, uow, login="closed"),
        refusal(sign_in, uow, login="closed", password="wrong password"),
    ]
    assert {(str(one), one.detail, one.fields, one.kind.value) for one in refusals} == {
        ("accounts.wrong_password: The login or the password is wrong.", "", (), 401)
    }
    assert silent


def test_a_sign_in_with_any_login_hashes_one_password(uow, wang):
    class Counting(Passwords):
        calls = 0

        def matches(self, password, stored):
            Counting.calls += 1
            return super().matches(password, stored)

    for login in ("wang.fang", "nobody"):
        Counting.calls = 0
        refusal(sign_in, uow, login=login, password="wrong password", passwords=Counting(64))
        assert Counting.calls == 1


def test_a_sign_in_with_any_login_runs_the_same_statements_until_the_answer(uow, wang):
    asked = []
    for login in ("wang.fang", "nobody"):
        with recorded(uow.session) as seen:
            refusal(sign_in, uow, login=login, password="wrong password")
        asked.append([sql.split(" WHERE ")[0] for sql in seen])
    assert asked[0] == asked[1]


def test_a_hash_of_older_parameters_is_renewed_at_the_next_sign_in(uow, wang):
    stronger = Passwords(128)
    sign_in(uow, passwords=stronger)
    stored = uow.session.scalars(select(User.password_hash).where(User.id == wang)).one()
    assert not stronger.is_outdated(stored)
    assert sign_in(uow, passwords=stronger).user_id == wang


def test_an_account_that_was_closed_in_between_opens_no_session(uow, wang):
    attempt = signing_in.enter(uow, login="wang.fang", whence=NOWHERE)
    known = signing_in.check_password(uow, login="wang.fang", password=PASSWORD, passwords=CHEAP)
    service.set_active(uow, user_id=wang, active=False)
    refused = refusal(signing_in.open_session, uow, known=known, attempt=attempt, lifetime=Lifetime())
    assert refused.code == "accounts.wrong_password"


def test_a_failed_attempt_stays_counted_and_a_right_one_does_not(uow, wang):
    refusal(sign_in, uow, password="wrong password")
    counted = select(func.max(LoginTally.failures))
    assert uow.session.scalar(counted) == 1
    sign_in(uow)
    assert uow.session.scalars(select(LoginTally.failures)).all() == [1, 1]  # the account's, and the network's


def test_a_sign_in_takes_the_same_statements_however_many_sessions_there_are(uow, wang):
    counts = []
    for _ in range(3):
        with recorded(uow.session) as seen:
            sign_in(uow)
        counts.append(len(seen))
    assert len(set(counts)) == 1
    assert counts[0] <= 14


HOME, THIEF = Whence("203.0.113.7"), Whence("198.51.100.1")


@pytest.fixture
def person(runtime):
    """Somebody with a second factor, known at home: their id, the secret of their app, and their recovery codes."""
    with runtime.unit_of_work(system_actor()) as uow:
        key = factories.user(uow, login="li.na", password=PASSWORD)
        attempt = signing_in.enter(uow, login="li.na", whence=HOME)
        known = signing_in.check_password(uow, login="li.na", password=PASSWORD, passwords=CHEAP)
        signing_in.open_session(uow, known=known, attempt=attempt, lifetime=Lifetime(), whence=HOME)
        return key, *factories.second_factor(uow, key)


def first_step(runtime, whence=HOME, password=PASSWORD):
    """Give the password as a request does: in three transactions. Returns the challenge, or how it was refused."""
    try:
        with runtime.unit_of_work(system_actor()) as uow:
            attempt = signing_in.enter(uow, login="li.na", whence=whence)
        with runtime.reading(system_actor()) as reading:
            known = signing_in.check_password(reading, login="li.na", password=password, passwords=CHEAP)
        with runtime.unit_of_work(system_actor()) as uow:
            asked = signing_in.open_session(uow, known=known, attempt=attempt, lifetime=Lifetime(), whence=whence)
    except DomainError as error:
        return error.code
    assert isinstance(asked, Challenge)
    return asked.challenge


def second_step(runtime, challenge, code, whence=HOME):
    """Give the code as a request does. Returns the tokens, or how it was refused."""
    try:
        with runtime.unit_of_work(system_actor()) as uow:
            step = signing_in.enter_code(uow, challenge=challenge, whence=whence)
        try:
            with runtime.unit_of_work(system_actor()) as uow:
                return signing_in.take_up(uow, step=step, code=code, lifetime=Lifetime(), whence=whence)
        except DomainError as error:
            with runtime.unit_of_work(system_actor()) as uow:
                signing_in.note_refused(uow, step=step, code=error.code, whence=whence)
            raise
    except DomainError as error:
        return error.code


def test_with_a_second_factor_the_password_opens_nothing_and_the_code_opens_a_session(runtime, clock, person):
    key, secret, _ = person
    challenge = first_step(runtime)
    with runtime.reading(system_actor()) as reading:
        for shown in (challenge, challenge.removeprefix("fbc_")):
            assert refusal(caller_of_token, reading.session, shown, reading.now).code == "token-invalid"
        assert challenge.encode() not in b"".join(reading.session.scalars(select(LoginChallenge.digest)))
    signed_in = second_step(runtime, challenge, app_code(secret, clock.at))
    assert signed_in.user_id == key
    with runtime.reading(system_actor()) as reading:
        assert caller_of_token(reading.session, signed_in.token, reading.now).second_factor
    assert second_step(runtime, challenge, app_code(secret, clock.at, steps=1)) == "accounts.challenge_invalid"


def test_a_code_seen_by_somebody_who_knows_the_password_opens_nothing_more(runtime, clock, person):
    _, secret, recovery_codes = person
    for code in (app_code(secret, clock.at), recovery_codes[0]):
        challenges = [first_step(runtime), first_step(runtime, THIEF)]
        assert second_step(runtime, challenges[0], code).token
        assert second_step(runtime, challenges[1], code, THIEF) == "accounts.code_wrong"


def test_of_two_who_take_up_the_same_sign_in_at_once_one_gets_a_session(runtime, clock, person):
    _, secret, _ = person
    challenge, code = first_step(runtime), app_code(secret, clock.at)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: second_step(runtime, challenge, code), range(4)))
    assert sum(isinstance(one, SignedIn) for one in answers) == 1
    assert {one for one in answers if isinstance(one, str)} <= {"accounts.challenge_invalid", "accounts.code_wrong"}


@pytest.mark.parametrize("moved", [timedelta(minutes=5), timedelta(minutes=-2)])
def test_a_challenge_is_good_for_minutes_and_a_clock_that_was_set_back_prolongs_it_not(runtime, clock, person, moved):
    _, secret, _ = person
    challenge = first_step(runtime)
    clock.at += moved
    assert second_step(runtime, challenge, app_code(secret, clock.at)) == "accounts.challenge_invalid"
    with runtime.unit_of_work(system_actor()) as uow:
        tidying.tidy(uow)
        assert uow.session.scalar(select(func.count()).select_from(LoginChallenge)) == (
            1 if moved < timedelta(0) else 0
        )


def test_a_challenge_takes_five_codes_and_the_person_is_told_that_their_password_is_known(runtime, clock, person):
    told = []
    runtime.handlers = {SecondFactorGuessed: (lambda _uow, event: told.append((event.user_id, event.address)),)}
    key, secret, _ = person
    challenge = first_step(runtime, THIEF)
    for _ in range(5):
        assert told == []
        assert second_step(runtime, challenge, "000000", THIEF) == "accounts.code_wrong"
    assert told == [(key, THIEF.address)]
    clock.at += timedelta(minutes=1)
    assert second_step(runtime, challenge, app_code(secret, clock.at), HOME) == "accounts.challenge_invalid"


def test_whoever_knows_the_password_gets_no_more_codes_by_giving_it_again(runtime, clock, person):
    _, secret, _ = person
    for _ in range(FREE):
        assert second_step(runtime, first_step(runtime, THIEF), "000000", THIEF) == "accounts.code_wrong"
    assert first_step(runtime, THIEF) == "accounts.too_many_attempts"
    # The owner is kept out neither at home nor anywhere else, although the account is being attacked from all over the world.
    for number in range(ACCOUNT_MANY):
        there = Whence(f"192.0.2.{number}")
        assert second_step(runtime, first_step(runtime, there), "000000", there) == "accounts.code_wrong"
    assert second_step(runtime, first_step(runtime), app_code(secret, clock.at)).token
    abroad = Whence("203.0.113.99")
    assert second_step(runtime, first_step(runtime, abroad), app_code(secret, clock.at, steps=1), abroad).token


def test_a_password_that_is_right_counts_for_nothing_until_the_code_is(runtime, clock, person):
    _, secret, _ = person
    counted = select(func.max(LoginTally.failures))
    assert first_step(runtime, password="wrong password") == "accounts.wrong_password"
    for _ in range(3):
        challenge = first_step(runtime)
    with runtime.reading(system_actor()) as reading:
        assert reading.session.scalar(counted) == 1
    assert second_step(runtime, challenge, app_code(secret, clock.at)).token
    assert first_step(runtime, password="wrong password") == "accounts.wrong_password"
    with runtime.reading(system_actor()) as reading:
        pair = Attempt("li.na", "203.0.113.7").subjects[0]
        assert reading.session.scalar(select(LoginTally.failures).where(LoginTally.subject == pair)) == 1


@pytest.mark.parametrize("change", ["password", "closed", "off", "sessions"])
def test_a_sign_in_that_waits_is_void_once_the_account_is_not_what_it_was(runtime, clock, person, change):
    key, secret, recovery_codes = person
    challenge = first_step(runtime)
    with runtime.unit_of_work(system_actor()) as uow:
        if change == "password":
            service.set_password(uow, user_id=key, password="another horse 43", passwords=CHEAP)
        elif change == "closed":
            service.set_active(uow, user_id=key, active=False)
        elif change == "off":
            factors.turn_off(factories.acting(uow, key), code=recovery_codes[0], session_id=None)
        else:
            sessions.end_all(uow, user_id=key)
    assert second_step(runtime, challenge, app_code(secret, clock.at)) == "accounts.challenge_invalid"


def test_a_challenge_that_nobody_was_given_is_not_counted_for_anybody(runtime, person):
    assert {second_step(runtime, shown, "000000") for shown in ("", "fbc_x", "x" * 200)} == {
        "accounts.challenge_invalid"
    }
    with runtime.reading(system_actor()) as reading:
        assert reading.session.scalar(select(func.max(LoginTally.failures))) in (None, 0)
