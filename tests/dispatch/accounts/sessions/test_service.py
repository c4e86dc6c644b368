from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dispatch.accounts import service as accounts
from dispatch.accounts.events import RefreshTokenReused
from dispatch.accounts.sessions import queries, service
from dispatch.accounts.sessions.kinds import Lifetime, Method, Whence
from dispatch.accounts.sessions.models import LoginSession, SessionToken
from kernel.actor import system_actor
from kernel.errors import DomainError
from tests import factories
from tests.conftest import NOW

LIFETIME = Lifetime()
PHONE = Whence("203.0.113.7", "Phone/1")
LATER = timedelta(minutes=10)


@pytest.fixture
def wang(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        return factories.user(uow, region_id=factories.region(uow), login="wang.fang")


@pytest.fixture
def opened(runtime, wang):
    with runtime.unit_of_work(system_actor()) as uow:
        return service.open_session(uow, user_id=wang, method=Method.PASSWORD, lifetime=LIFETIME, whence=PHONE)


@pytest.fixture
def told(runtime):
    seen = []
    runtime.handlers = {RefreshTokenReused: (lambda uow, event: seen.append(event),)}
    return seen


def refresh(runtime, token):
    with runtime.unit_of_work(system_actor()) as uow:
        return service.refresh(uow, token=token, lifetime=LIFETIME, whence=PHONE)


def is_good(runtime, token) -> bool:
    with runtime.reading(system_actor()) as reading:
        try:
            queries.caller_of_token(reading.session, token, reading.now)
        except DomainError as error:
            return error.code != "token-invalid"
        return True


def refused(runtime, token) -> str:
    with pytest.raises(DomainError) as caught:
        refresh(runtime, token)
    return caught.value.code


def use(runtime, token):
    """Use an access token as a request does, and note it."""
    with runtime.unit_of_work(system_actor()) as uow:
        caller = queries.caller_of_token(uow.session, token, uow.now)
        if caller.due:
            service.note_use(uow, session_id=caller.session_id, newest=caller.newest)


def test_only_digests_are_kept(runtime, opened):
    with runtime.reading(system_actor()) as reading:
        rows = reading.session.execute(select(SessionToken.digest, SessionToken.kind)).all()
    assert {kind for _, kind in rows} == {"access", "refresh"}
    for digest, _ in rows:
        assert len(digest) == 32
        assert opened.token.encode() not in digest


def test_a_refresh_token_works_once_and_gives_the_next_pair(runtime, clock, opened):
    clock.at += LATER
    fresh = refresh(runtime, opened.refresh_token)
    assert len({opened.token, opened.refresh_token, fresh.token, fresh.refresh_token}) == 4
    assert (fresh.session_id, fresh.refresh_expires_at) == (opened.session_id, opened.refresh_expires_at)
    assert fresh.expires_at == clock.at + LIFETIME.access
    # What was sent with the old access token meanwhile still gets through, until its time is over.
    assert is_good(runtime, fresh.token)
    assert is_good(runtime, opened.token)
    clock.at = opened.expires_at
    assert not is_good(runtime, opened.token)


def test_an_access_token_does_not_refresh_and_a_refresh_token_opens_nothing(runtime, opened):
    assert refused(runtime, opened.token) == "accounts.refresh_invalid"
    assert not is_good(runtime, opened.refresh_token)


def test_the_whole_session_ends_however_often_it_is_refreshed(runtime, clock, opened):
    token = opened.refresh_token
    while clock.at + timedelta(hours=5) < opened.refresh_expires_at:
        clock.at += timedelta(hours=5)
        token = refresh(runtime, token).refresh_token
    clock.at = opened.refresh_expires_at - timedelta(minutes=1)
    last = refresh(runtime, token)
    assert last.expires_at == opened.refresh_expires_at
    clock.at = opened.refresh_expires_at
    assert not is_good(runtime, last.token)
    assert refused(runtime, last.refresh_token) == "accounts.refresh_invalid"


def test_a_lost_answer_is_given_again_and_the_same(runtime, clock, opened, told):
    clock.at += LATER
    first = refresh(runtime, opened.refresh_token)
    clock.at += timedelta(seconds=15)
    assert refresh(runtime, opened.refresh_token) == first
    assert refresh(runtime, first.refresh_token)
    assert told == []


@pytest.mark.parametrize("used", ["access", "refresh", "late", "older"])
def test_a_used_token_ends_its_session_and_its_person_is_told(runtime, clock, opened, told, wang, used):
    clock.at += LATER
    fresh = refresh(runtime, opened.refresh_token)
    if used == "access":
        use(runtime, fresh.token)
    elif used == "late":
        clock.at += LIFETIME.tolerance + timedelta(seconds=1)
    else:
        fresh = refresh(runtime, fresh.refresh_token)
        if used == "older":
            fresh = refresh(runtime, fresh.refresh_token)
    assert refresh(runtime, opened.refresh_token) is None
    assert [(one.user_id, one.session_id, one.address) for one in told] == [(wang, opened.session_id, PHONE.address)]
    for token in (opened.token, fresh.token):
        assert not is_good(runtime, token)
    # Neither the thief nor the one it was stolen from goes on; and nobody is told twice.
    for token in (opened.refresh_token, fresh.refresh_token):
        assert refused(runtime, token) == "accounts.refresh_invalid"
    assert len(told) == 1


def test_a_late_request_with_the_old_access_token_does_not_end_the_tolerance(runtime, clock, opened, told):
    clock.at += LATER
    fresh = refresh(runtime, opened.refresh_token)
    use(runtime, opened.token)
    assert refresh(runtime, opened.refresh_token) == fresh
    assert told == []


def test_a_clock_that_was_set_back_prolongs_nothing(runtime, clock, opened, told):
    clock.at += timedelta(hours=3)
    fresh = refresh(runtime, opened.refresh_token)
    clock.at = NOW
    assert not is_good(runtime, fresh.token)
    assert refused(runtime, fresh.refresh_token) == "accounts.refresh_invalid"
    clock.at = NOW + timedelta(hours=3) - timedelta(seconds=30)
    assert is_good(runtime, fresh.token)


def test_a_replayed_token_is_not_taken_for_a_lost_answer_by_a_clock_that_was_set_back(runtime, clock, opened, told):
    clock.at += timedelta(minutes=1)
    refresh(runtime, opened.refresh_token)
    clock.at -= timedelta(seconds=30)
    assert refresh(runtime, opened.refresh_token) is None
    assert len(told) == 1


def test_a_closed_account_refreshes_nothing(runtime, wang, opened):
    with runtime.unit_of_work(system_actor()) as uow:
        accounts.set_active(uow, user_id=wang, active=False)
    assert refused(runtime, opened.refresh_token) == "accounts.refresh_invalid"


def test_sessions_are_listed_with_where_they_are_and_ended_one_by_one_or_all_but_one(runtime, clock, wang, opened):
    clock.at += LATER
    with runtime.unit_of_work(system_actor()) as uow:
        desk = service.open_session(
            uow, user_id=wang, method=Method.PROVIDER, lifetime=LIFETIME, whence=Whence("198.51.100.1", "A" * 500)
        )
        shown = queries.sessions_of(uow, wang, current=opened.session_id)
        assert [(one.id, one.current, one.address) for one in shown] == [
            (desk.session_id, False, "198.51.100.1"),
            (opened.session_id, True, PHONE.address),
        ]
        assert (shown[0].method, len(shown[0].agent), shown[0].seen_at) == (Method.PROVIDER, 200, clock.at)
        service.end_session(uow, user_id=wang, session_id=desk.session_id)
        with pytest.raises(DomainError) as again:
            service.end_session(uow, user_id=wang, session_id=desk.session_id)
        assert again.value.code == "accounts.session_unknown"
        service.open_session(uow, user_id=wang, method=Method.PASSWORD, lifetime=LIFETIME, whence=PHONE)
        service.end_all(uow, user_id=wang, but=opened.session_id)
        assert [one.id for one in queries.sessions_of(uow, wang)] == [opened.session_id]
    assert is_good(runtime, opened.token)
    assert not is_good(runtime, desk.token)


def test_what_is_over_is_forgotten_with_its_tokens(runtime, clock, opened):
    clock.at = opened.refresh_expires_at
    with runtime.unit_of_work(system_actor()) as uow:
        service.forget(uow)
        for table in (LoginSession, SessionToken):
            assert uow.session.scalar(select(func.count()).select_from(table)) == 0


def test_a_use_is_noted_a_few_times_an_hour_and_not_each_time(runtime, clock, opened, wang):
    use(runtime, opened.token)
    clock.at += timedelta(minutes=4)
    use(runtime, opened.token)
    with runtime.reading(system_actor()) as reading:
        assert queries.sessions_of(reading, wang)[0].seen_at == NOW
    clock.at += timedelta(minutes=1)
    use(runtime, opened.token)
    with runtime.reading(system_actor()) as reading:
        assert queries.sessions_of(reading, wang)[0].seen_at == clock.at
