from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest

from dispatch.sla.book import ClockBook, ClockFact, LoadedPolicies, Promise
from dispatch.sla.clock import EventKind
from dispatch.sla.deadline import Priority, Targets
from dispatch.sla.pauses import ClockName
from dispatch.sla.policies import Policy
from tests.conftest import NOW

REGION, ORDER, USER, POLICY, VIPS = (UUID(int=n) for n in range(1, 6))
HOUR = timedelta(hours=1)


@pytest.fixture
def mint():
    numbers = count(100)
    return lambda: UUID(int=next(numbers))


@pytest.fixture
def book():
    policies = [
        Policy(POLICY, Priority.ROUTINE, Targets(60, None, 240), NOW - 9 * HOUR),
        Policy(VIPS, Priority.ROUTINE, Targets(30, 60, None), NOW - 9 * HOUR, customer_class="vip"),
    ]
    return ClockBook(LoadedPolicies.of({REGION: policies}, {}), NOW)


def promise(priority=Priority.ROUTINE, customer_class=None):
    return Promise(REGION, priority, "repair", customer_class, NOW - HOUR)


def begin(book, mint, **changes):
    book.note(ClockFact(ORDER, EventKind.START, NOW - HOUR, USER, promise=promise(**changes)), mint)


def targets(book):
    return {clock.value: state.target_seconds for clock, state in book.states(ORDER).items()}


def test_an_order_gets_a_clock_for_each_promise_and_one_for_the_visit(book, mint):
    begin(book, mint)
    assert targets(book) == {"respond": 3600, "arrive": None, "resolve": 4 * 3600}
    assert book.policies.ask_for_class


def test_a_class_of_customers_has_its_own_promise(book, mint):
    begin(book, mint, customer_class="vip")
    assert targets(book) == {"respond": 1800, "arrive": 3600}
    assert book.state(ORDER, ClockName.RESPOND).terms.policy_id == VIPS


def test_without_a_policy_the_defaults_count(book, mint):
    begin(book, mint, priority=Priority.EMERGENCY)
    assert targets(book) == {"respond": 3600, "arrive": 4 * 3600}


def test_another_tier_keeps_the_start_and_what_was_agreed(book, mint):
    begin(book, mint)
    visit = frozenset({ClockName.ARRIVE})
    agreed = NOW + 5 * HOUR
    book.note(ClockFact(ORDER, EventKind.RETARGET, NOW, USER, visit, window_end_at=agreed), mint)
    changed = promise(Priority.PRIORITY)
    book.note(ClockFact(ORDER, EventKind.START, NOW - HOUR, USER, promise=changed, changed_at=NOW), mint)
    assert {state.started_at for state in book.states(ORDER).values()} == {NOW - HOUR}
    assert book.state(ORDER, ClockName.ARRIVE).due_at == agreed
    assert targets(book)["respond"] == 2 * 3600


def test_a_fact_about_a_clock_that_is_not_there_is_passed_over(book, mint):
    book.note(ClockFact(ORDER, EventKind.STOP, NOW, USER, reason="done"), mint)
    assert (book.new, book.states(ORDER)) == ([], {})


def test_what_is_forgotten_is_not_written(book, mint):
    begin(book, mint)
    book.forget(ORDER)
    assert (book.new, book.touched, book.states(ORDER)) == ([], {}, {})
