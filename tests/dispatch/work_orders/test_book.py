"""The book: what each command does to an order, and that one that is refused does nothing."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.work_orders.book import BookOrder, Entry, OrderBook, moment
from dispatch.work_orders.lifecycle import WITH_TECHNICIAN, Asked, Command, Evidence, Status
from kernel.actor import Role
from kernel.errors import DomainError
from kernel.identifiers import new_id

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ORDER, SITE, REGION, ME, OTHER, BOSS, ASSIGNMENT = (UUID(int=n) for n in range(1, 8))
WINDOW = {"window_start_at": "2026-11-23T08:00:00+08:00", "window_end_at": "2026-11-23T10:00:00+08:00"}
START, END = datetime(2026, 11, 23, 0, 0, tzinfo=UTC), datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HELD = {"status_before_hold": Status.IN_PROGRESS, "hold_reason": "缺件", "hold_until": LATER}


def order(status: Status = Status.OPEN, **changes: Any) -> BookOrder:
    mine = status not in (Status.DRAFT, Status.OPEN)
    blank = dict.fromkeys(BookOrder.__dataclass_fields__)
    known = {"id": ORDER, "region_id": REGION, "site_id": SITE, "number": "1", "needs_review": False, "version": 3}
    known |= {"declines": 0, "escalated": False}
    holder = {"assignee_id": ME, "assignment_id": ASSIGNMENT} if mine else {}
    return BookOrder(**{**blank, **known, "status": status, **holder, **changes})


def book(one: BookOrder) -> OrderBook:
    return OrderBook({one.id: one}, new_id)


def entry(**data: Any) -> Entry:
    return Entry(new_id(), ORDER, "work_order.x", ME, NOW, NOW, data)


def ask(
    found: OrderBook,
    command: Command,
    *,
    at: datetime = NOW,
    user_id: UUID = ME,
    roles: tuple[Role, ...] = (Role.ADMINISTRATOR,),
    evidence: Evidence | None = None,
    assignment_id: UUID | None = None,
    **data: Any,
) -> Entry:
    written = entry(**data)
    asked = Asked(command, user_id, frozenset(roles), at, assignment_id, data)
    found.command(ORDER, asked, evidence or Evidence(), written)
    return written


def test_a_command_moves_the_order_on_and_tells_the_timeline_from_where_to_where():
    found = book(order(Status.ASSIGNED))
    written = ask(found, Command.ACCEPT, note="马上到")
    assert found.orders[ORDER].status is Status.ACCEPTED
    assert found.orders[ORDER].version == 4
    assert found.entries == [written]
    assert written.data == {"note": "马上到", "from": "assigned", "to": "accepted", "version": 4}
    assert list(found.changed) == [ORDER]


def test_what_the_book_says_of_a_transition_cannot_be_claimed_by_its_data():
    written = ask(book(order(Status.ASSIGNED)), Command.ACCEPT, **{"from": "draft", "to": "closed", "version": 99})
    assert written.data == {"from": "assigned", "to": "accepted", "version": 4}


def test_a_command_that_finds_the_order_there_leaves_no_trace():
    found = book(order(Status.ACCEPTED))
    before = deepcopy(found.orders)
    ask(found, Command.ACCEPT)
    assert found.orders == before
    assert (found.entries, found.changed) == ([], {})


def test_an_order_that_is_not_in_the_book_is_unknown():
    found = OrderBook({}, new_id)
    for what in (
        lambda: ask(found, Command.ACCEPT),
        lambda: found.record(entry()),
        lambda: found.flag_for_review(ORDER),
        lambda: found.clear_review(ORDER),
    ):
        with pytest.raises(DomainError) as caught:
            what()
        assert caught.value.code == "work_order.unknown"
    assert found.entries == []


def test_assigning_opens_an_assignment_for_the_technician():
    found = book(order(Status.OPEN))
    ask(found, Command.ASSIGN, user_id=BOSS, technician_id=str(OTHER), reason="最近")
    one = found.orders[ORDER]
    (given_,) = found.assignments.values()
    assert (one.assignee_id, one.assignment_id) == (OTHER, given_.id)
    assert (given_.user_id, given_.assigned_by, given_.assigned_at, given_.reason) == (OTHER, BOSS, NOW, "最近")
    assert (given_.work_order_id, given_.region_id, given_.ended_at, given_.fresh) == (ORDER, REGION, None, True)
    assert (found.granted, found.revoked) == ([(ORDER, OTHER)], [])


def test_reassigning_ends_the_stored_assignment_and_opens_a_new_one():
    found = book(order(Status.EN_ROUTE))
    ask(found, Command.REASSIGN, user_id=BOSS, technician_id=str(OTHER), reason="rebalancing", note="换人" * 200)
    ended, fresh = found.assignments[ASSIGNMENT], found.assignments[found.orders[ORDER].assignment_id or ORDER]
    assert (ended.user_id, ended.ended_at, ended.fresh) == (ME, NOW, False)
    assert (fresh.user_id, fresh.ended_at, fresh.fresh) == (OTHER, None, True)
    assert ended.end_reason == fresh.reason == f"rebalancing: {'换人' * 200}"[:200]
    assert (found.granted, found.revoked) == ([(ORDER, OTHER)], [(ORDER, ME)])
    assert found.orders[ORDER].status is Status.ASSIGNED


def test_an_assignment_that_begins_and_ends_in_one_book_is_written_once_as_ended():
    found = book(order(Status.OPEN))
    ask(found, Command.ASSIGN, user_id=BOSS, technician_id=str(ME))
    ask(found, Command.DECLINE, roles=(Role.TECHNICIAN,), at=LATER, reason="too_far")
    (only,) = found.assignments.values()
    assert (only.fresh, only.ended_at, only.end_reason) == (True, LATER, "too_far")
    one = found.orders[ORDER]
    assert (one.status, one.assignee_id, one.assignment_id, one.version) == (Status.OPEN, None, None, 5)
    assert (found.granted, found.revoked) == ([(ORDER, ME)], [(ORDER, ME)])


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.CLOSED])
def test_a_reopened_order_is_nobodys_and_neither_completed_nor_closed(status):
    found = book(order(status, responded_at=NOW, arrived_at=NOW, completed_at=NOW, closed_at=NOW))
    ask(found, Command.REOPEN, reason="fault_again")
    one = found.orders[ORDER]
    assert (one.status, one.assignee_id, one.assignment_id) == (Status.OPEN, None, None)
    assert (one.completed_at, one.closed_at) == (None, None)
    assert (one.responded_at, one.arrived_at) == (NOW, NOW)
    assert found.revoked == [(ORDER, ME)]


def test_an_order_that_nobody_holds_is_reopened_without_taking_it_from_anybody():
    found = book(order(Status.CLOSED, assignee_id=None, assignment_id=None))
    ask(found, Command.REOPEN, reason="fault_again")
    assert (found.revoked, found.assignments) == ([], {})


def test_rework_is_not_completed_any_more_and_stays_with_its_technician():
    found = book(order(Status.COMPLETED, completed_at=NOW))
    ask(found, Command.RETURN_FOR_REWORK, reason="evidence_unclear")
    one = found.orders[ORDER]
    assert (one.status, one.completed_at, one.assignee_id) == (Status.IN_PROGRESS, None, ME)
    ask(found, Command.COMPLETE, at=LATER)
    assert one.completed_at == LATER


def test_responding_and_arriving_count_the_first_time():
    found = book(order(Status.ASSIGNED))
    ask(found, Command.ACCEPT)
    ask(found, Command.SCHEDULE, at=LATER, **WINDOW)
    one = found.orders[ORDER]
    assert (one.responded_at, one.window_start_at, one.window_end_at) == (NOW, START, END)
    ask(found, Command.ARRIVE, at=LATER)
    assert (one.responded_at, one.arrived_at) == (NOW, LATER)
    ask(found, Command.HOLD, at=LATER, reason="waiting_parts")
    ask(found, Command.REASSIGN, at=LATER, technician_id=str(OTHER), reason="rebalancing")
    ask(found, Command.ACCEPT, at=LATER)
    ask(found, Command.ARRIVE, at=LATER + timedelta(hours=1))
    assert (one.responded_at, one.arrived_at) == (NOW, LATER)


@pytest.mark.parametrize(
    ("command", "status"), [(Command.SCHEDULE, Status.ACCEPTED), (Command.ARRIVE, Status.EN_ROUTE)]
)
def test_whoever_arranges_a_visit_or_arrives_has_responded(command, status):
    found = book(order(status))
    ask(found, command, **WINDOW)
    assert found.orders[ORDER].responded_at == NOW


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.ON_SITE, Status.ACCEPTED, Status.SCHEDULED])
def test_a_held_order_goes_on_where_it_was(status):
    found = book(order(status))
    ask(found, Command.HOLD, reason="waiting_parts", until="2026-11-24T00:00:00Z")
    one = found.orders[ORDER]
    assert (one.status, one.status_before_hold, one.hold_reason) == (Status.ON_HOLD, status, "waiting_parts")
    assert one.hold_until == datetime(2026, 11, 24, tzinfo=UTC)
    ask(found, Command.RESUME)
    assert (one.status, one.status_before_hold, one.hold_reason, one.hold_until) == (status, None, None, None)


@pytest.mark.parametrize(
    ("command", "data"),
    [
        (Command.REASSIGN, {"technician_id": str(OTHER), "reason": "rebalancing"}),
        (Command.MARK_UNABLE, {"reason": "beyond_visit"}),
        (Command.CANCEL, {"reason": "withdrawn"}),
        (Command.RESUME, {}),
    ],
)
def test_an_order_that_is_held_no_longer_has_no_reason_for_it(command, data):
    found = book(order(Status.ON_HOLD, **HELD))
    ask(found, command, **data)
    one = found.orders[ORDER]
    assert (one.status_before_hold, one.hold_reason, one.hold_until) == (None, None, None)


def test_completing_and_closing_note_when():
    found = book(order(Status.IN_PROGRESS))
    ask(found, Command.COMPLETE)
    ask(found, Command.CLOSE, at=LATER)
    one = found.orders[ORDER]
    assert (one.completed_at, one.closed_at, one.status) == (NOW, LATER, Status.CLOSED)
    assert one.assignee_id == ME, "who did it stays on the order"


@pytest.mark.parametrize(
    ("command", "status", "data", "code", "path"),
    [
        (Command.ASSIGN, Status.OPEN, {"technician_id": "周强"}, "work_order.data_missing", "/data/technician_id"),
        (Command.ASSIGN, Status.OPEN, {"technician_id": {"id": 1}}, "work_order.data_missing", "/data/technician_id"),
        (
            Command.SCHEDULE,
            Status.ACCEPTED,
            {**WINDOW, "window_end_at": WINDOW["window_start_at"]},
            "work_order.window_backwards",
            "/data/window_end_at",
        ),
        (
            Command.SCHEDULE,
            Status.ACCEPTED,
            {**WINDOW, "window_start_at": "2026-11-23T08:00:00"},
            "work_order.data_missing",
            "/data/window_start_at",
        ),
        (
            Command.SCHEDULE,
            Status.ACCEPTED,
            {**WINDOW, "window_end_at": 20261123},
            "work_order.data_missing",
            "/data/window_end_at",
        ),
        (Command.HOLD, Status.ON_SITE, {"reason": "access", "until": "soon"}, "work_order.data_missing", "/data/until"),
        (
            Command.HOLD,
            Status.ON_SITE,
            {"reason": "access", "until": "0001-01-01T00:00:00+14:00"},
            "work_order.data_missing",
            "/data/until",
        ),
    ],
)
def test_data_that_makes_no_sense_is_refused_with_its_place(command, status, data, code, path):
    found = book(order(status))
    before = deepcopy(found)
    with pytest.raises(DomainError) as caught:
        ask(found, command, **data)
    assert (caught.value.code, caught.value.fields[0].path) == (code, path)
    assert state(found) == state(before)


def state(found: OrderBook) -> Mapping[str, Any]:
    return {name: value for name, value in vars(found).items() if name != "mint_id"}


TEXTS = st.sampled_from(
    ["", "客户不在家", "2026-11-23T08:00:00+08:00", "2026-11-22T08:00:00+08:00", str(OTHER), "nonsense", "other"]
)
DATA = st.dictionaries(
    st.sampled_from(["technician_id", "reason", "window_start_at", "window_end_at", "until"]), TEXTS, max_size=5
)
COMMANDS = st.tuples(
    st.sampled_from(Command),
    st.sampled_from([ME, OTHER, BOSS]),
    st.sets(st.sampled_from(Role), max_size=3),
    st.sampled_from([None, ASSIGNMENT, OTHER]),
    st.builds(Evidence, st.booleans(), st.sampled_from([(), ("fuse",)]), st.sampled_from([(), ("q1",)]), st.booleans()),
    DATA,
)


@settings(max_examples=60)
@given(st.sampled_from(Status), st.lists(COMMANDS, min_size=1, max_size=12))
def test_whatever_is_asked_a_refusal_changes_nothing_and_the_book_stays_whole(status, commands):
    found = book(order(status))
    for command, user_id, roles, assignment_id, evidence, data in commands:
        before = deepcopy(state(found))
        try:
            ask(
                found,
                command,
                user_id=user_id,
                roles=tuple(roles),
                evidence=evidence,
                assignment_id=assignment_id,
                **data,
            )
        except DomainError:
            assert state(found) == before
    one = found.orders[ORDER]
    assert one.version == 3 + len(found.entries)
    assert bool(found.changed) == bool(found.entries)
    assert (one.assignee_id is None) == (one.assignment_id is None)
    assert (one.status is Status.ON_HOLD) == (one.hold_reason is not None) or status is Status.ON_HOLD
    if one.status in WITH_TECHNICIAN:
        assert one.assignee_id is not None
    open_ones = [each for each in found.assignments.values() if each.ended_at is None]
    assert [each.id for each in open_ones] in ([], [one.assignment_id])


def test_a_review_is_asked_for_and_cleared_once():
    found = book(order(Status.COMPLETED))
    found.flag_for_review(ORDER)
    found.flag_for_review(ORDER)
    assert (found.orders[ORDER].needs_review, found.orders[ORDER].version) == (True, 4)
    found.clear_review(ORDER)
    found.clear_review(ORDER)
    assert (found.orders[ORDER].needs_review, found.orders[ORDER].version) == (False, 5)
    assert list(found.changed) == [ORDER]


def test_a_review_that_nobody_asked_for_changes_nothing():
    found = book(order())
    found.clear_review(ORDER)
    assert found.changed == {}


def test_a_fact_goes_on_the_timeline_and_leaves_the_order_as_it_is():
    found = book(order(Status.CLOSED))
    fact = entry(note="钥匙在物业")
    found.record(fact)
    assert (found.entries, found.changed, found.orders[ORDER].version) == ([fact], {}, 3)


@pytest.mark.parametrize("given_", [START, "2026-11-23T08:00:00+08:00", "2026-11-23T00:00:00Z"])
def test_a_moment_is_read_from_text_or_taken_as_it_is(given_):
    assert moment({"at": given_}, "at") == START
    assert moment({}, "at") is None
    assert moment({"at": None}, "at") is None
