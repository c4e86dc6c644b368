import threading
from datetime import timedelta

import pytest

from dispatch.notifications.models import Notification
from dispatch.people import service as people
from dispatch.people.roster import patterns, queries, service, swaps
from dispatch.people.roster.rotation import PlannedShift
from dispatch.people.states import SwapStatus
from kernel.actor import system_actor
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.people.refusing import refusal, refused_at
from tests.dispatch.people.roster.conftest import TODAY

MONDAY, TUESDAY = TODAY + timedelta(days=1), TODAY + timedelta(days=2)


@pytest.fixture
def pair(crew):
    """The shifts of Ann on Monday and of Ben on Tuesday, and both as actors."""
    crew.publish({(crew.ann, MONDAY): "day", (crew.ben, TUESDAY): "late"}, TODAY, TUESDAY)
    mine, theirs = queries.page_of_shifts(crew.uow, limit=10).items
    return mine, theirs, factories.acting(crew.uow, crew.ann), factories.acting(crew.uow, crew.ben)


def held(crew):
    return [(one.technician_id, one.day, one.type_code) for one in queries.page_of_shifts(crew.uow, limit=10).items]


def told(crew):
    return {(row.recipient_id, row.template) for row in crew.uow.session.query(Notification).all()}


def asked(pair):
    mine, theirs, ann, _ = pair
    return swaps.ask_swap(ann, shift_id=mine.id, other_shift_id=theirs.id, reason="孩子家长会")


def test_two_people_swap_when_the_other_one_agrees(crew, pair):
    before = held(crew)
    key = asked(pair)
    assert held(crew) == before
    crew.uow.changes.clear()
    swaps.answer_swap(pair[3], swap_id=key, agree=True)
    swaps.answer_swap(pair[3], swap_id=key, agree=True)
    assert held(crew) == [(crew.ben, MONDAY, "day"), (crew.ann, TUESDAY, "late")]
    rows = queries.page_of_shifts(crew.uow, limit=10).items
    assert {(one.replaces_id, one.reason) for one in rows} == {(one.id, "孩子家长会") for one in pair[:2]}
    assert {one.id for one in crew.uow.changes} == {str(crew.ann), str(crew.ben)}
    assert told(crew) == {(crew.ben, "people.swap_asked"), (crew.ann, "people.swap_agreed")}
    (swap,) = queries.page_of_swaps(crew.leader, limit=10, status=SwapStatus.AGREED).items
    assert (swap.id, swap.decided_by) == (key, crew.ben)


def test_a_swap_may_be_refused_or_taken_back_but_not_both(crew, pair):
    before = held(crew)
    first, second = asked(pair), asked(pair)
    swaps.answer_swap(pair[3], swap_id=first, agree=False)
    assert refusal(swaps.withdraw_swap, pair[2], swap_id=first).code == "people.swap_decided"
    swaps.withdraw_swap(pair[2], swap_id=second)
    swaps.withdraw_swap(pair[2], swap_id=second)
    assert refusal(swaps.answer_swap, pair[3], swap_id=second, agree=True).code == "people.swap_decided"
    assert held(crew) == before


def test_nobody_answers_for_somebody_else(crew, pair):
    key = asked(pair)
    for who in (pair[2], factories.acting(crew.uow, crew.cyd), crew.leader):
        assert refusal(swaps.answer_swap, who, swap_id=key, agree=True).code == "people.swap_unknown"
    assert refusal(swaps.withdraw_swap, pair[3], swap_id=key).code == "people.swap_unknown"
    cyd = factories.acting(crew.uow, crew.cyd)
    assert queries.page_of_swaps(cyd, limit=10).items == ()
    assert [one.id for one in queries.page_of_swaps(pair[3], limit=10).items] == [key]


def test_whoever_keeps_the_roster_enters_what_two_have_agreed(crew, pair):
    swaps.ask_swap(crew.leader, shift_id=pair[0].id, other_shift_id=pair[1].id, reason="agreed by telephone")
    assert held(crew) == [(crew.ben, MONDAY, "day"), (crew.ann, TUESDAY, "late")]
    assert told(crew) == set()


def test_only_shifts_of_two_people_of_one_roster_are_swapped(crew, pair):
    mine, theirs, ann, ben = pair
    other = {"station_id": crew.here.station_id, "first_day": TUESDAY, "last_day": TUESDAY}
    service.publish(crew.uow, **other, shifts=[PlannedShift(crew.cyd, TUESDAY, "day")])
    (far,) = [one for one in queries.page_of_shifts(crew.uow, limit=10).items if one.technician_id == crew.cyd]
    why = {"reason": "x"}
    unknown = ("people.shift_unknown", ["/other_shift_id"])
    assert refused_at(swaps.ask_swap, ann, shift_id=mine.id, other_shift_id=far.id, **why) == unknown
    wrong = ("people.swap_wrong", ["/other_shift_id"])
    assert refused_at(swaps.ask_swap, crew.uow, shift_id=mine.id, other_shift_id=far.id, **why) == wrong
    assert refused_at(swaps.ask_swap, ann, shift_id=mine.id, other_shift_id=mine.id, **why) == wrong
    assert refused_at(swaps.ask_swap, ben, shift_id=mine.id, other_shift_id=theirs.id, **why) == (
        "people.shift_unknown",
        ["/shift_id"],
    )
    assert refused_at(swaps.ask_swap, ann, shift_id=mine.id, other_shift_id=theirs.id, reason="") == (
        "invalid",
        ["/reason"],
    )


def test_a_swap_that_would_overlap_or_came_too_late_is_refused_and_changes_nothing(crew, pair):
    key = asked(pair)
    extra = service.add_shift(
        crew.leader, group_id=crew.here.group_id, technician_id=crew.ben, day=MONDAY, code="day", reason="x"
    )
    assert refusal(swaps.answer_swap, pair[3], swap_id=key, agree=True).code == "people.shift_overlaps"
    service.remove_shift(crew.leader, shift_id=extra, reason="x")
    service.remove_shift(crew.leader, shift_id=pair[0].id, reason="x")
    assert refusal(swaps.answer_swap, pair[3], swap_id=key, agree=True).code == "people.shift_over"
    assert held(crew) == [(crew.ben, TUESDAY, "late")]


def test_who_has_left_swaps_with_nobody(crew, pair):
    key = asked(pair)
    people.leave(crew.uow, technician_id=crew.ann)
    assert refusal(swaps.answer_swap, pair[3], swap_id=key, agree=True).code == "people.shift_over"


def test_swap_options_are_the_coming_shifts_of_others_on_the_same_roster(crew, pair):
    mine, theirs, ann, ben = pair
    assert [one.id for one in queries.swap_options(ann, mine.id, limit=10).items] == [theirs.id]
    assert refusal(queries.swap_options, ben, mine.id, limit=10).code == "people.shift_unknown"


def test_agreeing_while_the_leader_changes_the_shift_does_one_of_the_two(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        here = factories.places(uow)
        patterns.add_shift_type(uow, station_id=here.station_id, code="day", name="day", starts="08:00", ends="16:00")
        ann, ben, cyd = (factories.technician(uow, here) for _ in range(3))
        plan = [PlannedShift(ann, MONDAY, "day"), PlannedShift(ben, TUESDAY, "day")]
        service.publish(uow, group_id=here.group_id, first_day=MONDAY, last_day=TUESDAY, shifts=plan)
        mine, theirs = queries.page_of_shifts(uow, limit=10).items
        asker = factories.acting(uow, ann)
        key = swaps.ask_swap(asker, shift_id=mine.id, other_shift_id=theirs.id, reason="x")
        other = factories.actor(uow, ben)
    outcomes = []
    gate = threading.Barrier(2)

    def run(actor, call, **kwargs):
        gate.wait()
        try:
            with runtime.unit_of_work(actor) as unit:
                call(unit, **kwargs)
            outcomes.append("done")
        except DomainError as error:
            outcomes.append(error.code)

    change = {"shift_id": mine.id, "technician_id": cyd, "reason": "x"}
    threads = [
        threading.Thread(target=run, args=(other, swaps.answer_swap), kwargs={"swap_id": key, "agree": True}),
        threading.Thread(target=run, args=(system_actor(), service.change_shift), kwargs=change),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "people.shift_over"]
    with runtime.reading(system_actor()) as reading:
        assert len(queries.page_of_shifts(reading, limit=10).items) == 2
