"""Pull: a phone ends up holding exactly what its user may see."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, update

from dispatch.people import queries as people
from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.people.roster import patterns
from dispatch.people.roster.rotation import PlannedShift
from dispatch.people.roster.service import publish
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.models import WorkOrder
from kernel.actor import system_actor
from kernel.change_feed import EPOCH_SIZE, Change, begin_epoch, scope_of
from kernel.errors import DomainError
from tests.statements import recorded


def test_a_fresh_phone_gets_its_orders_their_checklists_templates_and_itself(world):
    orders = world.orders(3)
    world.orders(2, technician=1)
    phone = world.phone()
    phone.pull()
    assert set(phone.held("work_orders")) == {str(order) for order in orders}
    runs = phone.held("checklists")
    assert {run["work_order_id"] for run in runs.values()} == {str(order) for order in orders}
    templates = phone.held("templates")
    assert {run["template"]["id"] for run in runs.values()} <= set(templates)
    assert phone.held("me")[str(phone.user_id)]["roles"] == ["technician"]
    assert phone.since > EPOCH_SIZE


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_any_size_lead_to_the_same_documents(world, limit):
    world.orders(4)
    whole, paged = world.phone(install="a"), world.phone(install="b")
    whole.pull()
    paged.pull(limit)
    assert paged.documents.keys() == whole.documents.keys()


def test_a_phone_follows_grants_and_revocations(world):
    first, second, orders = world.phone(0), world.phone(1), world.orders(3)
    first.pull()
    second.pull()
    world.assign(orders[0], 1)
    world.assign(orders[1], 1)
    world.assign(orders[1], 0)
    first.pull()
    second.pull()
    assert set(first.held("work_orders")) == {str(orders[1]), str(orders[2])}
    assert set(second.held("work_orders")) == {str(orders[0])}
    assert {run["work_order_id"] for run in first.held("checklists").values()} == {str(orders[1]), str(orders[2])}
    assert {run["work_order_id"] for run in second.held("checklists").values()} == {str(orders[0])}


def test_a_document_that_is_no_longer_the_callers_goes_out_as_a_removal(world):
    """Authorisation is asked again when the page is read, not when the row was written."""
    phone, (order,) = world.phone(), world.orders()
    world.command(order, Command.CANCEL, reason="重复")

    def changes(kind: str) -> list[dict]:
        return [one for one in phone.page(0)["changes"] if one["type"] == kind]

    assert [(one["id"], one["op"]) for one in changes("work_orders")] == [(str(order), "put")]
    assert [(one["doc"]["work_order_id"], one["op"]) for one in changes("checklists")] == [(str(order), "put")]
    with world.runtime.unit_of_work(system_actor()) as uow:
        uow.session.execute(update(WorkOrder).values(assignee_id=world.technicians[1]))
    for kind in ("work_orders", "checklists"):
        assert [(one["op"], one["reason"], "doc" in one) for one in changes(kind)] == [("del", "unassigned", False)]


def test_a_receipt_is_for_whose_op_it_is_whatever_the_feed_says(world):
    (mine,), me, other = world.orders(), world.phone(), world.phone(1)
    op = me.op("log.note", mine, {"text": "到场"})
    me.push(op)
    world.work()
    with world.runtime.unit_of_work(system_actor()) as uow:
        uow.announce([Change(world.region_id, scope_of("user", other.user_id), "receipts", op["id"])])
    assert [c["op"] for c in me.page(0)["changes"] if c["id"] == op["id"]] == ["put"]
    assert [(c["op"], "doc" in c) for c in other.page(0)["changes"] if c["id"] == op["id"]] == [("del", False)]


def test_a_cursor_that_cannot_be_continued_asks_for_a_new_start(world):
    phone = world.phone()
    world.orders()
    phone.pull()
    for since in (phone.since + 1, EPOCH_SIZE - 1, 5 * EPOCH_SIZE):
        with pytest.raises(DomainError) as caught:
            phone.page(since)
        assert caught.value.code == "resync-required"
    with world.runtime.unit_of_work(system_actor()) as uow:
        begin_epoch(uow.session, world.region_id)
    with pytest.raises(DomainError, match="resync-required"):
        phone.page(phone.since)
    assert phone.page(0)["changes"]


def test_a_page_ends_at_its_size_in_bytes(world):
    from dataclasses import replace

    world.orders(5)
    phone = world.phone()
    world.runtime.settings = replace(world.runtime.settings, pull_max_bytes=3000)
    page = phone.page(0)
    assert page["has_more"]
    assert 1 <= len(page["changes"]) < 5
    phone.pull()
    assert len(phone.held("work_orders")) == 5


def test_only_the_collections_that_were_asked_for_come(world):
    world.orders()
    phone = world.phone()
    assert {c["type"] for c in phone.page(0, collections=["work_orders", "me"])["changes"]} == {"work_orders", "me"}
    with pytest.raises(DomainError, match=r"pull\.collection"):
        phone.page(0, collections=["secrets"])


def test_nothing_new_costs_no_write_and_few_reads(world):
    world.orders()
    phone = world.phone()
    phone.pull()
    phone.page(phone.since)
    with world.runtime.session() as session, recorded(session) as seen:
        page = phone.page(phone.since)
    assert page["changes"] == []
    assert not page["has_more"]
    assert page["seq"] == phone.since
    assert not [one for one in seen if one.startswith(("UPDATE", "INSERT"))]
    assert 1 <= len([one for one in seen if one.startswith("SELECT")]) <= 4


def test_what_is_committed_while_a_page_is_read_comes_with_the_next(world):
    """Whatever happens between any two statements of a pull: nothing at or below the cursor is left out."""
    order = world.orders()[0]
    phone, note = world.phone(), {"text": "到场"}
    phone.pull()
    here, seen, waiting = threading.get_ident(), [], []

    def commit_meanwhile(_connection, _cursor, statement, *_rest) -> None:
        if threading.get_ident() != here or not statement.startswith("SELECT"):
            return
        seen.append(statement)
        if waiting and len(seen) == nth:
            late = waiting.pop()
            other = threading.Thread(target=lambda: (phone.push(late), world.work()))
            other.start()
            other.join()

    event.listen(world.runtime.engine, "before_cursor_execute", commit_meanwhile)
    nth, statements = 1, 1
    try:
        while nth <= statements:
            phone.push(phone.op("log.note", order, note))
            world.work()
            waiting.append(phone.op("log.note", order, note))
            seen.clear()
            phone.pull()
            statements = min(len(seen), 4)  # then it acknowledges, and holds what a push would wait for
            assert not waiting
            phone.pull()
            assert len(phone.held("receipts")) == 2 * nth
            nth += 1
    finally:
        event.remove(world.runtime.engine, "before_cursor_execute", commit_meanwhile)
    assert nth == 5, "who asks, the head, the rows, their documents"


def test_a_phone_learns_of_its_shifts_absences_and_certificates(world):
    phone = world.phone()
    phone.pull()
    before = phone.held("me")[str(phone.user_id)]
    assert (before["shifts"], before["absences"]) == ([], [])
    with world.runtime.unit_of_work(system_actor()) as uow:
        who = people.technician(uow, phone.user_id)
        patterns.add_shift_type(uow, group_id=who.group_id, code="day", name="day", starts="08:00", ends="16:00")
        day = uow.now.date() + timedelta(days=1)
        shifts = [PlannedShift(phone.user_id, day, "day")]
        publish(uow, group_id=who.group_id, first_day=day, last_day=day, shifts=shifts)
        span = {"start_at": uow.now + timedelta(days=5), "end_at": uow.now + timedelta(days=6)}
        request_absence(uow, technician_id=phone.user_id, kind=AbsenceKind.LEAVE, **span)
    phone.pull()
    me = phone.held("me")[str(phone.user_id)]
    assert [one["shift"] for one in me["shifts"]] == ["day"]
    assert [(one["kind"], one["status"]) for one in me["absences"]] == [("leave", "requested")]
