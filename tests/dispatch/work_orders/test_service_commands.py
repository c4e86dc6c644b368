"""Commands on orders: once for ever, by those who may, with the follow-ups that they make."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from dispatch.people import service as people
from dispatch.sla.deadline import Priority
from dispatch.work_orders import queries, service
from dispatch.work_orders.book import Entry
from dispatch.work_orders.lifecycle import Command, Evidence, Status
from dispatch.work_orders.models import WorkOrder
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.identifiers import new_id
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.conftest import NOW
from tests.dispatch.work_orders.ground import ask, make_ground
from tests.statements import recorded

WINDOW = {"window_start_at": "2026-11-23T08:00:00+08:00", "window_end_at": "2026-11-23T10:00:00+08:00"}


def refused(call, *args, **kwargs) -> tuple[str, list[str]]:
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.code, [field.path for field in caught.value.fields]


def at(uow: UnitOfWork, now) -> UnitOfWork:
    return replace(uow, now=now)


def stored(uow: UnitOfWork, order_id: UUID) -> WorkOrder:
    uow.session.expire_all()
    return uow.session.scalars(select(WorkOrder).where(WorkOrder.id == order_id)).one()


def entries(uow: UnitOfWork, order_id: UUID) -> list[str]:
    return [one.kind.removeprefix("work_order.") for one in queries.timeline(uow, order_id, limit=50).items]


def test_a_whole_life_is_on_the_timeline_and_in_the_assignments(ground):
    order_id = ground.order()
    manager, technician = ground.manager, ground.as_technician()
    ask(manager, order_id, Command.ASSIGN, technician_id=str(ground.technicians[0]), reason="最近")
    ask(technician, order_id, Command.ACCEPT)
    ask(technician, order_id, Command.SCHEDULE, **WINDOW)
    for command in (Command.DEPART, Command.ARRIVE, Command.START, Command.COMPLETE):
        ask(technician, order_id, command)
    outcome = ask(manager, order_id, Command.CLOSE)
    assert (outcome.status, outcome.version, outcome.unchanged) == (Status.CLOSED, 9, False)
    detail = queries.order(manager, order_id)
    assert (detail.row.status, detail.row.version) == ("closed", 9)
    assert (detail.row.completed_at, detail.row.closed_at, detail.row.arrived_at) == (NOW, NOW, NOW)
    assert entries(manager, order_id)[0] == "created"
    assert sorted(entries(manager, order_id)) == sorted(
        ["created", "assign", "accept", "schedule", "depart", "arrive", "start", "complete", "close"]
    )
    (assignment,) = detail.assignments
    assert (assignment.user_id, assignment.assigned_by) == (ground.technicians[0], manager.actor.user_id)
    assert (assignment.reason, assignment.ended_at) == ("最近", None)


def test_a_reassigned_order_has_its_assignments_one_after_the_other(ground):
    order_id = ground.order(technician=0)
    later = at(ground.manager, NOW + timedelta(hours=1))
    ask(later, order_id, Command.REASSIGN, technician_id=str(ground.technicians[1]), reason="rebalancing")
    first, second = queries.order(ground.manager, order_id).assignments
    assert (first.user_id, first.ended_at, first.end_reason) == (ground.technicians[0], later.now, "rebalancing")
    assert (second.user_id, second.assigned_at, second.ended_at) == (ground.technicians[1], later.now, None)
    assert queries.order(ground.manager, order_id).assignment_id == second.id


def test_the_same_command_again_gives_the_same_answer_and_does_nothing(ground):
    order_id, key = ground.order(), new_id()
    data = {"technician_id": str(ground.technicians[0]), "reason": "最近"}
    first = ask(ground.manager, order_id, Command.ASSIGN, command_id=key, **data)
    ask(ground.as_technician(), order_id, Command.ACCEPT)
    ground.uow.changes.clear()
    turned = dict(reversed(data.items()))
    assert ask(ground.manager, order_id, Command.ASSIGN, command_id=key, expected_version=1, **turned) == first
    assert (first.status, first.version) == (Status.ASSIGNED, 2)
    assert (stored(ground.uow, order_id).status, ground.uow.changes) == ("accepted", [])
    assert sorted(entries(ground.manager, order_id)) == ["accept", "assign", "created"]
    assert len(queries.order(ground.manager, order_id).assignments) == 1


def test_a_command_that_took_the_order_out_of_sight_still_answers_as_it_did(ground):
    """A phone that lost the answer to its `decline` asks again, and must not be told that there is no such order."""
    order_id, key = ground.order(technician=0), new_id()
    technician = ground.as_technician()
    first = ask(technician, order_id, Command.DECLINE, command_id=key, reason="too_far")
    assert refused(queries.order, technician, order_id)[0] == "work_order.unknown"
    assert ask(technician, order_id, Command.DECLINE, command_id=key, reason="too_far") == first
    other = ground.as_technician(1)
    assert refused(ask, other, order_id, Command.DECLINE, command_id=key, reason="too_far")[0] == "work_order.unknown"


@pytest.mark.parametrize(
    "changes",
    [{"reason": "别的"}, {"command": Command.CANCEL}, {"order": "another"}, {"extra": 1}],
    ids=["data", "command", "order", "more data"],
)
def test_a_command_id_is_for_one_command_only(ground, changes):
    order_id, other, key = ground.order(technician=0), ground.order(technician=0), new_id()
    ask(ground.as_technician(), order_id, Command.ACCEPT)
    ask(ground.manager, order_id, Command.HOLD, command_id=key, reason="waiting_parts")
    data = {"reason": changes.get("reason", "缺件")} | ({"extra": 1} if "extra" in changes else {})
    again = refused(
        ask,
        ground.manager,
        other if "order" in changes else order_id,
        changes.get("command", Command.HOLD),
        command_id=key,
        **data,
    )
    assert again == ("work_order.command_reused", ["/command_id"])


def test_what_a_phone_recorded_under_an_id_is_no_command(ground):
    order_id, key = ground.order(technician=0), new_id()
    entry = Entry(key, order_id, "note", ground.technicians[0], NOW, NOW)
    book = service.open_book(ground.uow, [order_id])
    book.record(entry)
    service.write_book(ground.uow, book)
    code, _ = refused(ask, ground.as_technician(), order_id, Command.ACCEPT, command_id=key)
    assert code == "work_order.command_reused"


def test_a_command_that_found_the_order_there_leaves_no_entry(ground):
    order_id = ground.order(technician=0)
    first = ask(ground.as_technician(), order_id, Command.ACCEPT)
    again = ask(ground.as_technician(), order_id, Command.ACCEPT)
    assert (again.unchanged, again.version, again.status) == (True, first.version, Status.ACCEPTED)
    assert entries(ground.manager, order_id).count("accept") == 1


def test_a_command_on_a_version_that_is_gone_is_stale(ground):
    order_id = ground.order(technician=0)
    assert ask(ground.as_technician(), order_id, Command.ACCEPT, expected_version=2).version == 3
    code, _ = refused(ask, ground.manager, order_id, Command.CANCEL, expected_version=2, reason="other")
    assert code == "stale"
    assert stored(ground.uow, order_id).status == "accepted"


def test_an_order_out_of_scope_does_not_exist(ground):
    order_id = ground.order()
    stranger = make_ground(ground.uow, ground.places.region_id)
    for who in (stranger.manager, stranger.as_technician(), ground.as_technician()):
        assert refused(ask, who, order_id, Command.CANCEL, reason="other")[0] == "work_order.unknown"
    assert refused(ask, ground.manager, new_id(), Command.CANCEL, reason="other")[0] == "work_order.unknown"
    assert stored(ground.uow, order_id).version == 1


def test_roles_count_where_they_are_held(ground):
    """A leader of another group sees the order that is assigned to them, and is no dispatcher of it."""
    order_id = ground.order(technician=0)
    other = factories.places(ground.uow, station_id=ground.places.station_id)
    people.give_role(
        ground.uow, user_id=ground.technicians[0], role=Role.GROUP_LEADER, level=Level.GROUP, place_id=other.group_id
    )
    asked = {"technician_id": str(ground.technicians[1]), "reason": "换人"}
    assert (
        refused(ask, ground.as_technician(), order_id, Command.REASSIGN, **asked)[0] == "work_order.technician_unknown"
    )
    assert refused(ask, ground.as_technician(), order_id, Command.CANCEL, reason="other")[0] == "work_order.not_allowed"


def test_a_technician_who_is_unknown_gone_or_of_another_place_gets_no_order(ground):
    uow, order_id = ground.uow, ground.order()
    stranger = make_ground(uow, ground.places.region_id)
    abroad = make_ground(uow)
    people.leave(uow, technician_id=ground.technicians[1])
    administrator = factories.acting_as(uow, Role.ADMINISTRATOR, Level.EVERYWHERE, None, ground.places.region_id)
    expected = ("work_order.technician_unknown", ["/data/technician_id"])
    for given in ("周强", new_id(), ground.technicians[1], stranger.technicians[0], ground.manager.actor.user_id):
        assert refused(ask, ground.manager, order_id, Command.ASSIGN, technician_id=str(given)) == expected
    # An administrator sees every technician; one of another region has a phone that would never hear of the order.
    assert refused(ask, administrator, order_id, Command.ASSIGN, technician_id=str(abroad.technicians[0])) == expected
    missing = refused(ask, ground.manager, order_id, Command.ASSIGN)
    assert missing == ("work_order.data_missing", ["/data/technician_id"])
    assert ask(ground.manager, order_id, Command.ASSIGN, technician_id=str(ground.technicians[0])).version == 2


def test_a_command_under_an_assignment_that_ended_is_refused(ground):
    order_id = ground.order(technician=0)
    ended = queries.order(ground.manager, order_id).assignment_id
    ask(ground.manager, order_id, Command.REASSIGN, technician_id=str(ground.technicians[0]), reason="rebalancing")
    code, _ = refused(ask, ground.as_technician(), order_id, Command.ACCEPT, assignment_id=ended)
    assert code == "work_order.not_current_assignment"
    present = queries.order(ground.manager, order_id).assignment_id
    assert ask(ground.as_technician(), order_id, Command.ACCEPT, assignment_id=present).status is Status.ACCEPTED


def test_the_checklist_has_its_say(ground):
    order_id = ground.order(technician=0)
    for command in (Command.ACCEPT, Command.ARRIVE):
        ask(ground.as_technician(), order_id, command)
    failed = Evidence(failed_critical=("gas",))
    assert (
        refused(ask, ground.as_technician(), order_id, Command.START, evidence=failed)[0] == "work_order.safety_failed"
    )
    assert entries(ground.manager, order_id).count("start") == 0


def test_a_command_takes_a_constant_number_of_statements(ground):
    order_id = ground.order()
    with recorded(ground.uow.session) as seen:
        ask(ground.manager, order_id, Command.ASSIGN, technician_id=str(ground.technicians[0]))
    assert len(seen) <= 11
    with recorded(ground.uow.session) as seen:
        ask(ground.as_technician(), order_id, Command.ACCEPT)
    assert (
        len([one for one in seen if "FROM work_orders" in one or "UPDATE work_orders" in one or "timeline" in one]) <= 4
    )


def unable(ground, **changes) -> UUID:
    order_id: UUID = ground.order(technician=0, **changes)
    technician = ground.as_technician()
    for command in (Command.ACCEPT, Command.ARRIVE):
        ask(technician, order_id, command)
    ask(technician, order_id, Command.MARK_UNABLE, reason="beyond_visit")
    return order_id


def test_a_follow_up_is_made_once_with_what_the_first_order_knows(ground):
    uow = ground.uow
    customer_id = factories.customer(uow, ground.places)
    site_id = factories.site(uow, customer_id, ground.places)
    owner = ground.technicians[1]
    order_id = unable(
        ground,
        customer_id=customer_id,
        site_id=site_id,
        first_owner_id=owner,
        priority=Priority.EMERGENCY,
        title="断网",
    )
    key = new_id()
    first = ask(ground.manager, order_id, Command.CREATE_FOLLOW_UP, command_id=key, description="带上新光猫")
    again = ask(ground.manager, order_id, Command.CREATE_FOLLOW_UP, command_id=key, description="带上新光猫")
    assert first == again
    assert first.status is Status.UNABLE_TO_COMPLETE
    made = stored(uow, first.created_order_id or order_id)
    assert (made.parent_id, made.status, made.title, made.priority) == (order_id, "open", "断网", "emergency")
    assert (made.customer_id, made.site_id, made.first_owner_id) == (customer_id, site_id, owner)
    assert (made.description, made.received_at, made.zone_id) == ("带上新光猫", NOW, ground.places.zone_id)
    assert uow.session.scalar(select(func.count()).where(WorkOrder.parent_id == order_id)) == 1
    assert entries(ground.manager, order_id).count("create_follow_up") == 1
    second = ask(ground.manager, order_id, Command.CREATE_FOLLOW_UP)
    assert second.created_order_id not in (None, first.created_order_id)


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        ({"work_type": "magic"}, "work_order.work_type_unknown", "/data/work_type"),
        ({"title": "x" * 201}, "invalid", "/data/title"),
        ({"title": " "}, "invalid", "/data/title"),
        ({"description": "x" * 4001}, "invalid", "/data/description"),
    ],
)
def test_a_follow_up_that_cannot_be_is_refused_with_its_place(ground, data, code, path):
    order_id = unable(ground)
    assert refused(ask, ground.manager, order_id, Command.CREATE_FOLLOW_UP, **data) == (code, [path])
    assert ground.uow.session.scalar(select(func.count()).where(WorkOrder.parent_id == order_id)) == 0


def test_nobody_but_a_follow_up_says_which_order_it_made(ground):
    order_id, key = ground.order(technician=0), new_id()
    ask(ground.as_technician(), order_id, Command.ACCEPT, command_id=key, created_order_id="nonsense")
    again = ask(ground.as_technician(), order_id, Command.ACCEPT, command_id=key, created_order_id="nonsense")
    assert again.created_order_id is None
