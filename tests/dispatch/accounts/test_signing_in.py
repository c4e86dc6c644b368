from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dispatch.accounts import service, signing_in
from dispatch.accounts.models import User
from dispatch.accounts.passwords import Passwords
from dispatch.accounts.sessions.kinds import NOWHERE, Lifetime
from dispatch.accounts.sessions.queries import caller_of_token
from dispatch.accounts.throttle.models import LoginTally
from kernel.errors import DomainError
from tests import factories
from tests.conftest import NOW
from tests.factories import CHEAP, PASSWORD
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
