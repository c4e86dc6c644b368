"""The table of the lifecycle, row by row and as a whole."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.work_orders.lifecycle import (
    TABLE,
    TERMINAL,
    Asked,
    Command,
    Evidence,
    Order,
    Status,
    decide,
    possible,
)
from kernel.actor import Role
from kernel.errors import DomainError

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
ME, OTHER, ORDER, ASSIGNMENT = (UUID(int=n) for n in range(1, 5))
DATA = {
    "technician_id": str(OTHER),
    "reason": "客户不在家",
    "window_start_at": "2026-11-23T08:00:00+08:00",
    "window_end_at": "2026-11-23T10:00:00+08:00",
}


def order(status: Status, **changes) -> Order:
    return Order(ORDER, status, **{"assignee_id": ME, "assignment_id": ASSIGNMENT, **changes})


def asked(command: Command, *roles: Role, user_id: UUID = ME, **changes) -> Asked:
    return Asked(command, user_id, frozenset(roles), NOW, **{"data": DATA, **changes})


def technician(command: Command, **changes) -> Asked:
    return asked(command, Role.TECHNICIAN, **changes)


def boss(command: Command) -> Asked:
    return asked(command, Role.ADMINISTRATOR, user_id=OTHER)


def test_a_plain_life_goes_from_submit_to_close():
    life = [
        (Command.SUBMIT, Status.OPEN),
        (Command.ASSIGN, Status.ASSIGNED),
        (Command.ACCEPT, Status.ACCEPTED),
        (Command.SCHEDULE, Status.SCHEDULED),
        (Command.DEPART, Status.EN_ROUTE),
        (Command.ARRIVE, Status.ON_SITE),
        (Command.START, Status.IN_PROGRESS),
        (Command.COMPLETE, Status.COMPLETED),
        (Command.CLOSE, Status.CLOSED),
    ]
    status = Status.DRAFT
    for command, target in life:
        status = decide(order(status), boss(command), Evidence()).target
        assert status is target


# field.md, "The work-order state machine": command -> the states it is possible from.
FROM = {
    Command.SUBMIT: "draft",
    Command.ASSIGN: "open",
    Command.ACCEPT: "assigned",
    Command.DECLINE: "assigned",
    Command.REASSIGN: "assigned accepted scheduled en_route on_hold",
    Command.PUT_BACK: "assigned accepted scheduled en_route on_hold",
    Command.SCHEDULE: "accepted scheduled",
    Command.DEPART: "accepted scheduled",
    Command.ARRIVE: "en_route accepted scheduled",
    Command.START: "on_site",
    Command.HOLD: "in_progress on_site accepted scheduled",
    Command.RESUME: "on_hold",
    Command.COMPLETE: "in_progress",
    Command.MARK_UNABLE: "on_site in_progress on_hold",
    Command.CREATE_FOLLOW_UP: "unable_to_complete completed",
    Command.RETURN_FOR_REWORK: "completed",
    Command.CLOSE: "completed unable_to_complete",
    Command.REOPEN: "completed unable_to_complete closed",
    Command.CANCEL: " ".join(sorted(set(Status) - TERMINAL)),
}


@pytest.mark.parametrize("command", Command)
@pytest.mark.parametrize("status", Status)
def test_a_command_is_possible_exactly_from_the_states_of_the_table(command, status):
    legal = status.value in FROM[command].split()
    assert (command in possible(status)) == legal
    already_there = TABLE[command].target is status and command not in (Command.REASSIGN, Command.SCHEDULE)
    if legal or already_there:
        assert decide(order(status), boss(command), Evidence()).unchanged == (not legal)
    else:
        with pytest.raises(DomainError, match=r"work_order\.illegal") as caught:
            decide(order(status), boss(command), Evidence())
        assert caught.value.extra["status_now"] == status.value


def test_every_command_has_its_row():
    assert set(TABLE) == set(Command)


@pytest.mark.parametrize("command", [Command.ACCEPT, Command.DEPART, Command.ARRIVE, Command.COMPLETE, Command.HOLD])
def test_a_command_that_finds_the_order_there_changes_nothing(command):
    target = TABLE[command].target
    assert target is not None
    assert decide(order(target), technician(command), Evidence()).unchanged


def test_scheduling_again_is_a_change():
    assert not decide(order(Status.SCHEDULED), technician(Command.SCHEDULE), Evidence()).unchanged


def test_who_lost_the_order_is_told_so():
    with pytest.raises(DomainError, match=r"work_order\.not_current_assignment"):
        decide(order(Status.ASSIGNED, assignee_id=OTHER), technician(Command.ACCEPT), Evidence())


def test_a_command_under_an_ended_assignment_is_refused_even_to_the_assignee():
    with pytest.raises(DomainError, match=r"work_order\.not_current_assignment"):
        decide(order(Status.ASSIGNED), technician(Command.ACCEPT, assignment_id=UUID(int=99)), Evidence())


def test_a_technician_cannot_do_what_belongs_to_the_desk():
    for command in (Command.ASSIGN, Command.CANCEL, Command.CLOSE, Command.REOPEN, Command.RETURN_FOR_REWORK):
        with pytest.raises(DomainError, match=r"work_order\.not_allowed"):
            decide(order(Status.OPEN), technician(command), Evidence())


def test_an_agent_cannot_assign():
    with pytest.raises(DomainError, match=r"work_order\.not_allowed"):
        decide(order(Status.OPEN), asked(Command.ASSIGN, Role.AGENT), Evidence())


@pytest.mark.parametrize("command", [command for command in Command if TABLE[command].needs])
def test_a_command_without_its_data_names_the_path(command):
    source = next(iter(TABLE[command].sources))
    with pytest.raises(DomainError) as caught:
        decide(order(source), Asked(command, ME, frozenset({Role.ADMINISTRATOR}), NOW), Evidence())
    assert caught.value.code == "work_order.data_missing"
    assert caught.value.fields[0].path == f"/data/{TABLE[command].needs[0]}"


def test_resuming_returns_to_the_state_before_the_hold():
    for before in (Status.ON_SITE, Status.IN_PROGRESS, Status.SCHEDULED):
        held = order(Status.ON_HOLD, status_before_hold=before)
        assert decide(held, technician(Command.RESUME), Evidence()).target is before


@pytest.mark.parametrize(
    ("command", "status", "evidence", "code"),
    [
        (Command.START, Status.ON_SITE, Evidence(steps_passed=False), "work_order.checks_not_passed"),
        (Command.START, Status.ON_SITE, Evidence(failed_critical=("power_off",)), "work_order.safety_failed"),
        (Command.COMPLETE, Status.IN_PROGRESS, Evidence(missing=("level",)), "work_order.not_all_answered"),
        (Command.COMPLETE, Status.IN_PROGRESS, Evidence(signed=False), "work_order.not_signed"),
    ],
)
def test_the_checklist_guards_start_and_complete(command, status, evidence, code):
    with pytest.raises(DomainError) as caught:
        decide(order(status), technician(command), evidence)
    assert caught.value.code == code


@given(st.lists(st.sampled_from(sorted(Command)), max_size=30))
def test_no_sequence_of_commands_leaves_the_table(commands):
    status, before = Status.DRAFT, None
    for command in commands:
        held = order(status, status_before_hold=before)
        try:
            transition = decide(held, boss(Command(command)), Evidence())
        except DomainError:
            continue
        if command == Command.HOLD and not transition.unchanged:
            before = status
        if status in TERMINAL:
            assert command == Command.REOPEN or transition.unchanged
        status = transition.target
        assert status in set(Status)
