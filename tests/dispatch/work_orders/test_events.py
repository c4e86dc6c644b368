"""What is told of a command that took effect."""

from uuid import UUID

from dispatch.work_orders.events import Move
from dispatch.work_orders.lifecycle import Asked, Command, Evidence, Order, Status, decide
from kernel.actor import Role
from tests.conftest import NOW

ORDER, ME, ASSIGNMENT, REGION = (UUID(int=n) for n in range(1, 5))


def test_a_move_tells_from_where_to_where_by_whom_and_who_had_it_before():
    before = Order(ORDER, Status.ASSIGNED, ME, ASSIGNMENT)
    data = {"reason": "too_far", "note": "x" * 300}
    asked = Asked(Command.DECLINE, ME, frozenset({Role.TECHNICIAN}), NOW, ASSIGNMENT, data)
    move = Move.of(before, REGION, asked, decide(before, asked, Evidence()))
    assert (move.source, move.target, move.command) == (Status.ASSIGNED, Status.OPEN, Command.DECLINE)
    assert (move.assignee_id, move.assignment_id, move.user_id, move.at) == (ME, ASSIGNMENT, ME, NOW)
    assert (move.reason, move.note) == ("too_far", "x" * 200)
