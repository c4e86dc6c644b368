from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dispatch.accounts.throttle import service
from dispatch.accounts.throttle.errors import TOO_MANY_ATTEMPTS
from dispatch.accounts.throttle.models import KnownNetwork, LoginTally
from dispatch.accounts.throttle.rule import ACCOUNT_MANY, FORGOTTEN, FREE
from kernel.actor import system_actor
from kernel.errors import DomainError
from tests import factories

HOME, THIEF = "203.0.113.7", "198.51.100.1"


def attempt(runtime, address, login="wang.fang", *, right=None):
    """Make an attempt that fails, or, for `right`, belongs to that person; return the seconds to wait, or 0."""
    try:
        with runtime.unit_of_work(system_actor()) as uow:
            made = service.enter(uow, login=login, address=address)
    except DomainError as refused:
        return refused.extra["retry_after"] if refused.entry is TOO_MANY_ATTEMPTS else -1
    if right is not None:
        with runtime.unit_of_work(system_actor()) as uow:
            service.succeed(uow, attempt=made, user_id=right)
    return 0


@pytest.fixture
def wang(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        return factories.user(uow, login="wang.fang")


def test_a_guesser_waits_longer_and_longer_and_nobody_else_does(runtime, clock, wang):
    waits = []
    for _ in range(FREE + 4):
        if pause := attempt(runtime, THIEF):
            waits.append(pause)
            clock.at += timedelta(seconds=pause)
            assert attempt(runtime, THIEF) == 0
    assert waits == [2, 4, 8, 16]
    assert attempt(runtime, THIEF) > 0
    assert attempt(runtime, HOME, right=wang) == 0
    assert attempt(runtime, THIEF, login="li.na") == 0


def test_who_comes_from_many_places_keeps_the_owner_out_of_none(runtime, wang):
    assert attempt(runtime, HOME, right=wang) == 0
    for number in range(ACCOUNT_MANY):
        assert attempt(runtime, f"198.51.100.{number}") == 0
    # Each of those gets one attempt from now on; the owner is not slowed at home, and gets in from anywhere at once.
    assert attempt(runtime, "198.51.100.0") == 30
    assert attempt(runtime, HOME) == 0
    assert attempt(runtime, HOME, right=wang) == 0
    assert attempt(runtime, "192.0.2.55", right=wang) == 0


def test_attempts_that_come_at_the_same_moment_are_all_counted(runtime, wang):
    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(lambda _: attempt(runtime, THIEF), range(12)))
    assert waits.count(0) == FREE


def test_attempts_while_waiting_do_not_make_it_longer(runtime, clock, wang):
    for _ in range(FREE):
        attempt(runtime, THIEF)
    assert {attempt(runtime, THIEF) for _ in range(5)} == {2}
    clock.at += timedelta(seconds=2)
    assert attempt(runtime, THIEF, right=wang) == 0
    # A right one lets its pair begin anew.
    assert attempt(runtime, THIEF) == 0


def test_a_login_that_nobody_has_is_slowed_just_the_same_and_its_text_is_not_kept(runtime):
    for _ in range(FREE):
        assert attempt(runtime, THIEF, login="my password, typed as the login") == 0
    assert attempt(runtime, THIEF, login="my password, typed as the login") == 2
    with runtime.reading(system_actor()) as reading:
        for subject in reading.session.scalars(select(LoginTally.subject)):
            assert len(subject) == 32


def test_what_no_longer_counts_is_dropped(runtime, clock, wang):
    attempt(runtime, HOME, right=wang)
    attempt(runtime, THIEF)
    clock.at += FORGOTTEN
    with runtime.unit_of_work(system_actor()) as uow:
        service.forget(uow)
        assert uow.session.scalar(select(func.count()).select_from(LoginTally)) == 0
        assert uow.session.scalar(select(func.count()).select_from(KnownNetwork)) == 1
    clock.at += service.KNOWN_FOR
    with runtime.unit_of_work(system_actor()) as uow:
        service.forget(uow)
        assert uow.session.scalar(select(func.count()).select_from(KnownNetwork)) == 0
