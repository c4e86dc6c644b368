"""A crew's phones: members hold the order, add facts and answers of their own, and leave its state to the lead."""

from sqlalchemy import select

from checklists.runs.models import ChecklistAnswer
from dispatch.work_orders.crews import add_crew_members, remove_crew_members
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from kernel.actor import system_actor


def join(world, order_id, *technicians: int) -> None:
    with world.runtime.unit_of_work(system_actor()) as uow:
        add_crew_members(uow, order_id=order_id, user_ids=[world.technicians[one] for one in technicians])


def part(world, order_id, technician: int) -> None:
    with world.runtime.unit_of_work(system_actor()) as uow:
        remove_crew_members(uow, order_id=order_id, user_ids=[world.technicians[technician]], reason="干完了")


def entries(world, order_id) -> list[tuple[str, object, list[str]]]:
    with world.reading() as reading:
        rows = reading.session.execute(
            select(TimelineEntry.kind, TimelineEntry.user_id, TimelineEntry.flags)
            .where(TimelineEntry.work_order_id == order_id, TimelineEntry.device_id.is_not(None))
            .order_by(TimelineEntry.effective_at, TimelineEntry.id)
        )
        return [tuple(row) for row in rows]


def status(world, order_id) -> str:
    with world.reading() as reading:
        return reading.session.scalar(select(WorkOrder.status).where(WorkOrder.id == order_id)) or ""


def test_the_phone_of_a_member_holds_the_order_with_its_checklist_while_they_are_in_the_crew(world):
    lead, member, (order,) = world.phone(0), world.phone(1), world.orders()
    member.pull()
    assert member.held("work_orders") == member.held("checklists") == {}
    join(world, order, 1)
    member.pull()
    lead.pull()
    assert set(member.held("work_orders")) == {str(order)}
    assert len(member.held("checklists")) == 1
    assert [one["role"] for one in member.held("work_orders")[str(order)]["crew"]] == ["lead", "member"]
    part(world, order, 1)
    gone = {(one["type"], one.get("reason")) for one in member.pull() if one["op"] == "del"}
    assert gone == {("work_orders", "unassigned"), ("checklists", "unassigned")}
    assert member.held("work_orders") == member.held("checklists") == {}
    lead.pull()
    assert set(lead.held("work_orders")) == {str(order)}
    assert lead.held("work_orders")[str(order)]["crew"] == []


def test_facts_and_answers_of_a_member_are_theirs_and_not_late(world):
    lead, member, (order,) = world.phone(0), world.phone(1), world.orders()
    join(world, order, 1)
    ops = [
        member.op("log.time_entry", order, {"started_at": "2026-11-22T00:00:00Z", "ended_at": "2026-11-22T00:30:00Z"}),
        member.op("log.note", order, {"text": "已到"}),
        member.op("checklist.answer", order, {"item": "badge_shown", "value": True}),
    ]
    member.push(*ops)
    world.work()
    assert member.statuses(*ops) == [("applied", None)] * 3
    assert entries(world, order) == [
        ("log.time_entry", member.user_id, []),
        ("log.note", member.user_id, []),
    ]
    with world.reading() as reading:
        known = reading.session.execute(select(ChecklistAnswer.author_id, ChecklistAnswer.by_assignee)).all()
    assert [tuple(one) for one in known] == [(member.user_id, False)]
    lead.pull()
    assert "badge_shown" in next(iter(lead.held("checklists").values()))["answers"], "the lead's phone is told"


def test_a_command_of_a_member_is_evidence_and_the_state_stays_the_leads(world):
    member, (order,) = world.phone(1), world.orders(work_type="errand")
    join(world, order, 1)
    accept = member.op("work_order.accept", order)
    member.push(accept)
    world.work()
    assert member.statuses(accept) == [("needs_review", "work_order.lead_only")]
    assert status(world, order) == "assigned"
    assert entries(world, order) == [("work_order.accept", member.user_id, ["not_applied"])]
    member.pull()
    assert [doc["code"] for doc in member.held("conflicts").values()] == ["work_order.lead_only"]


def test_what_comes_from_somebody_who_left_the_crew_counts_as_late(world):
    member, stranger, (order,) = world.phone(1), world.phone(0, install="two"), world.orders(work_type="errand")
    assert stranger.user_id != member.user_id
    join(world, order, 1)
    written_offline = member.op("log.note", order, {"text": "干完了"})
    part(world, order, 1)
    member.push(written_offline)
    world.work()
    assert member.statuses(written_offline) == [("applied", "late")]
