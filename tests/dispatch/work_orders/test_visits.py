"""What becomes of an order's visits, told one thing after the other."""

from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.work_orders.visit_facts import VisitFact, VisitKind
from dispatch.work_orders.visits import Visit, VisitBook, VisitState
from dispatch.work_orders.windows import AgreedChannel, Agreement, RequestedBy, Window
from tests.conftest import NOW

ORDER, ANN, BEN, DESK = (UUID(int=n) for n in range(1, 5))
HOUR = timedelta(hours=1)
S, K = VisitState, VisitKind


def book(*visits: Visit) -> VisitBook:
    numbers = count(100)
    made = VisitBook(lambda: UUID(int=next(numbers)))
    made.know(visits)
    return made


def fact(kind: VisitKind, hours: float = 0, technician: UUID | None = ANN, **more) -> VisitFact:
    return VisitFact(ORDER, kind, NOW + hours * HOUR, DESK, technician, **more)


def agreed(start: float, hours: float = 0, technician: UUID = ANN, **more) -> VisitFact:
    window = Window(NOW + start * HOUR, NOW + (start + 2) * HOUR)
    return fact(K.AGREED, hours, technician, window=window, **more)


def states(found: VisitBook) -> list[VisitState]:
    return [one.state for one in found.visits.get(ORDER, [])]


def test_a_window_becomes_an_appointment_with_who_agreed_and_how():
    found = book()
    said = Agreement("赵秀英", AgreedChannel.PHONE, RequestedBy.OFFICE)
    found.note(agreed(3, agreement=said))
    (one,) = found.visits[ORDER]
    assert (one.state, one.technician_id, one.fresh, one.predecessor_id) == (S.AGREED, ANN, True, None)
    assert (one.agreed_with, one.channel, one.requested_by) == ("赵秀英", AgreedChannel.PHONE, RequestedBy.OFFICE)
    assert (one.agreed_at, one.recorded_by) == (NOW, DESK)


def test_another_window_moves_the_one_before_it_and_says_why():
    found = book()
    found.note(agreed(3))
    found.note(agreed(6, 1, reason="customer_asked"))
    first, second = found.visits[ORDER]
    assert (first.state, first.reason) == (S.RESCHEDULED, "customer_asked")
    assert (second.state, second.predecessor_id) == (S.AGREED, first.id)


@pytest.mark.parametrize(("hours", "late"), [(2, False), (3, False), (5, False), (5.01, True)])
def test_whoever_comes_keeps_it_early_or_late(hours, late):
    found = book()
    found.note(agreed(3))
    found.note(fact(K.ARRIVED, hours))
    (one,) = found.visits[ORDER]
    assert (one.state, one.arrived_at, one.is_late) == (S.KEPT, NOW + hours * HOUR, late)


def test_one_that_seemed_missed_was_kept_when_the_arrival_comes_in_later():
    found = book(Visit(UUID(int=9), ORDER, ANN, S.MISSED, NOW, NOW + HOUR, agreed_at=NOW))
    found.note(fact(K.ARRIVED, 0.5))
    assert [(one.state, one.is_late) for one in found.changed.values()] == [(S.KEPT, False)]


def test_one_that_was_missed_stays_so_when_another_is_agreed():
    found = book(Visit(UUID(int=9), ORDER, ANN, S.MISSED, NOW, NOW + HOUR, agreed_at=NOW))
    found.note(agreed(5, 2))
    assert states(found) == [S.MISSED, S.AGREED]
    assert found.visits[ORDER][1].predecessor_id == UUID(int=9)


def test_it_goes_over_to_whoever_gets_the_order_and_waits_while_nobody_has_it():
    found = book()
    found.note(agreed(3))
    found.note(fact(K.GIVEN, 1, BEN))
    assert found.visits[ORDER][0].technician_id == BEN
    found.note(fact(K.FREED, 1, None))
    assert (states(found), found.visits[ORDER][0].technician_id) == ([S.AGREED], None)


def test_it_is_dropped_with_its_order():
    found = book(Visit(UUID(int=9), ORDER, ANN, S.PROPOSED, NOW, NOW + HOUR))
    found.note(agreed(3, reason=None))
    found.note(fact(K.ENDED, 1, reason="withdrawn"))
    assert states(found) == [S.CANCELLED, S.CANCELLED]
    assert [one.reason for one in found.visits[ORDER]] == ["another_window", "withdrawn"]


def test_a_proposal_that_is_agreed_is_no_second_appointment():
    offers = [Visit(UUID(int=n), ORDER, None, S.PROPOSED, NOW + n * HOUR, NOW + (n + 2) * HOUR) for n in (7, 8)]
    found = book(*offers)
    found.note(agreed(7, proposal_id=UUID(int=7)))
    assert states(found) == [S.AGREED, S.CANCELLED]
    assert (offers[0].technician_id, offers[0].agreed_at) == (ANN, NOW)


FACTS = st.lists(
    st.one_of(
        st.builds(agreed, st.integers(0, 9), st.integers(0, 9)),
        st.builds(fact, st.sampled_from([one for one in VisitKind if one is not K.AGREED]), st.integers(0, 9)),
    ),
    max_size=12,
)


@given(FACTS)
def test_whatever_happens_at_most_one_appointment_is_agreed(facts):
    found = book()
    for one in facts:
        found.note(one)
        assert states(found).count(S.AGREED) <= 1
    known = {one.id for one in found.visits.get(ORDER, [])}
    assert all(one.predecessor_id in known | {None} for one in found.visits.get(ORDER, []))
