from uuid import UUID

import pytest

from dispatch.work_orders.clock_facts import facts_of
from dispatch.work_orders.lifecycle import Asked, Command, Status, Transition
from kernel.actor import Role
from tests.conftest import NOW

ORDER, USER, ENTRY = (UUID(int=n) for n in range(1, 4))
C, S = Command, Status


def told(command, source, target, role=Role.TECHNICIAN, **data):
    asked = Asked(command, USER, frozenset({role}), NOW, data=data)
    return facts_of(ORDER, asked, Transition(source, target), ENTRY, None, None)


@pytest.mark.parametrize(
    ("command", "source", "target", "kinds"),
    [
        (C.ASSIGN, S.OPEN, S.ASSIGNED, []),
        (C.ACCEPT, S.ASSIGNED, S.ACCEPTED, [("stop", 1)]),
        (C.SCHEDULE, S.ACCEPTED, S.SCHEDULED, [("stop", 1), ("retarget", 1)]),
        (C.ARRIVE, S.EN_ROUTE, S.ON_SITE, [("stop", 2)]),
        (C.HOLD, S.ON_SITE, S.ON_HOLD, [("pause", 3)]),
        (C.RESUME, S.ON_HOLD, S.ON_SITE, [("resume", 3)]),
        (C.REASSIGN, S.ON_HOLD, S.ASSIGNED, [("resume", 3)]),
        (C.COMPLETE, S.IN_PROGRESS, S.COMPLETED, [("stop", 3)]),
        (C.MARK_UNABLE, S.ON_HOLD, S.UNABLE_TO_COMPLETE, [("resume", 3), ("stop", 3)]),
        (C.CLOSE, S.COMPLETED, S.CLOSED, []),
        (C.REOPEN, S.CLOSED, S.OPEN, [("start", 1)]),
        (C.RETURN_FOR_REWORK, S.COMPLETED, S.IN_PROGRESS, [("start", 1)]),
        (C.CANCEL, S.OPEN, S.CANCELLED, [("stop", 3)]),
    ],
)
def test_what_each_command_means_for_the_clocks(command, source, target, kinds):
    found = told(command, source, target, reason="x")
    assert [(one.kind.value, len(one.clocks)) for one in found] == kinds
    assert all(one.at == NOW and one.user_id == USER for one in found)


def test_only_what_was_done_keeps_the_promise():
    assert told(C.COMPLETE, S.IN_PROGRESS, S.COMPLETED)[0].reason == "done"
    assert told(C.CANCEL, S.OPEN, S.CANCELLED)[0].reason == "cancel"


@pytest.mark.parametrize(("role", "approver"), [(Role.TECHNICIAN, None), (Role.GROUP_LEADER, USER)])
def test_a_leader_who_puts_an_order_on_hold_approves_of_it(role, approver):
    (fact,) = told(C.HOLD, S.ON_SITE, S.ON_HOLD, role, reason="parts")
    assert (fact.approver_id, fact.key, fact.reason) == (approver, ENTRY, "parts")
