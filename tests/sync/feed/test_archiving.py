"""Orders that are over for long leave the phones, with all that belongs to them; and none that a phone still needs."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from checklists.runs import queries as runs
from dispatch.consultations import service as consultations
from dispatch.policies import service as policies
from dispatch.sla.deadline import Priority
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.briefs import announce_orders
from dispatch.work_orders.crews import add_crew_members
from dispatch.work_orders.leaving import STAYS
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.rules import SUBJECT, OrderRules
from dispatch.work_orders.service import NewOrder
from kernel.actor import system_actor
from kernel.change_feed import Change, scope_of
from sync.devices import service as devices
from sync.feed.archiving import AGAIN, archive
from sync.feed.horizon import REST
from sync.feed.jobs import archive_orders, collect_removals
from sync.quarantine import service as quarantine
from sync.quarantine.deciding import Decision
from sync.reconcile import queries as conflict_queries
from sync.reconcile import service as conflicts
from tests import factories
from tests.statements import recorded
from tests.sync.world import Phone, World

DAYS = timedelta(days=OrderRules().archive_after_days)
MINUTE = timedelta(minutes=1)
OWN = ("work_orders", "checklists", "sites", "conflicts", "consultations")


def at_a_site(world: World, count: int = 1) -> list[UUID]:
    """Make orders at one site, with checklists, of the first technician and with the second in the crew."""
    with world.runtime.unit_of_work(system_actor()) as uow:
        customer = factories.customer(uow, world.places)
        site = factories.site(uow, customer, world.places)
        draft = NewOrder(world.places, "broadband-fault", Priority.ROUTINE, "宽带无法上网", uow.now)
        ids = work_orders.create_orders(uow, [replace(draft, customer_id=customer, site_id=site)] * count)
    for order in ids:
        world.assign(order, 0)
    with world.runtime.unit_of_work(system_actor()) as uow:
        for order in ids:
            add_crew_members(uow, order_id=order, user_ids=[world.technicians[1]])
    return ids


def end(world: World, *orders: UUID) -> None:
    for order in orders:
        world.command(order, Command.CANCEL, reason="重复")


def know(*phones: Phone) -> None:
    """Let phones pull all there is, and say that they did."""
    for phone in phones:
        phone.pull()
        phone.page(phone.since)


def let_pass(world: World, time: timedelta) -> None:
    world.clock.at += time
    archive_orders(world.runtime)


def gone(phone: Phone) -> set[tuple[str, str]]:
    """Pull, and return the types that went, with the reasons told."""
    return {(one["type"], one["reason"]) for one in phone.pull() if one["op"] == "del"}


def note(phone: Phone, order: UUID, **changes):
    return phone.op("log.note", order, {"text": "补记"}, **changes)


def settle_conflicts(world: World) -> None:
    with world.runtime.unit_of_work(system_actor()) as uow:
        for one in conflict_queries.page_of_conflicts(uow, limit=100).items:
            conflicts.resolve(uow, conflict_id=one.id, resolution="已核实")


def test_an_order_that_is_over_for_long_leaves_with_all_that_belongs_to_it_and_its_receipts_stay(world):
    (order,), lead, helper = at_a_site(world), world.phone(0), world.phone(1)
    with world.runtime.unit_of_work(system_actor()) as uow:
        asker = factories.acting(uow, world.technicians[0])
        asked = consultations.ask(asker, order_id=order, question="换不换?", user_id=world.technicians[1])
        consultations.close(asker, consultation_id=asked)
    op = note(lead, order)
    lead.push(op)
    end(world, order)
    world.work()  # on an order that is over by now: a conflict
    settle_conflicts(world)
    know(lead, helper)
    assert all(lead.held(kind) for kind in OWN)
    let_pass(world, DAYS - MINUTE)
    assert lead.pull() == helper.pull() == []
    let_pass(world, MINUTE)
    assert gone(lead) == {(kind, "archived") for kind in OWN}
    assert gone(helper) == {(kind, "archived") for kind in OWN[:3]}
    assert set(lead.held("receipts")) == {op["id"]}
    assert not any(lead.held(kind) for kind in OWN)
    newcomer = replace(lead, since=0, documents={})
    newcomer.pull()
    assert newcomer.documents == lead.documents
    know(lead, helper)
    for _ in range(2):
        collect_removals(world.runtime)
        world.clock.at += REST
    assert [one for one in replace(lead, since=0).pull() if one["op"] == "del" and one["type"] != "sites"] == []


def test_its_site_stays_where_another_order_there_is_theirs(world):
    (over, other), phone = at_a_site(world, 2), world.phone(0)
    end(world, over)
    know(phone)
    let_pass(world, DAYS)
    assert gone(phone) == {("work_orders", "archived"), ("checklists", "archived")}
    assert set(phone.held("work_orders")) == {str(other)}
    assert len(phone.held("sites")) == 1


def test_each_region_says_after_how_many_days(world):
    (order,), phone = world.orders(), world.phone()
    with world.runtime.unit_of_work(system_actor()) as uow:
        policies.set_policy(uow, region_id=world.region_id, subject=SUBJECT, rules={"archive_after_days": 2})
    end(world, order)
    know(phone)
    let_pass(world, timedelta(days=2) - MINUTE)
    assert phone.pull() == []
    let_pass(world, MINUTE)
    assert ("work_orders", "archived") in gone(phone)


def pending(world: World, phone: Phone, order: UUID):
    phone.push(note(phone, order))
    return world.work


def held(world: World, phone: Phone, order: UUID):
    missing = note(phone, order)  # its number does not come before that of a command
    phone.push(phone.op("work_order.accept", order))
    world.work()

    def fill() -> None:
        phone.push(missing)
        world.work()

    return fill


def quarantined(world: World, phone: Phone, order: UUID):
    op = phone.op("log.mood", order)
    phone.push(op)
    world.work()

    def drop():
        with world.runtime.unit_of_work(system_actor()) as uow:
            quarantine.decide_on(uow, decision=Decision.DISCARD, reason="无效", ids=[UUID(op["id"])])

    return drop


def disputed(world: World, phone: Phone, order: UUID):
    phone.push(note(phone, order))
    world.work()
    return lambda: None


@pytest.mark.parametrize("waits", [pending, held, quarantined, disputed])
def test_it_stays_while_an_op_on_it_waits_for_whomever(world, waits):
    (order,), phone = world.orders(), world.phone()
    end(world, order)
    know(phone)
    world.clock.at += DAYS
    come_to_an_end = waits(world, phone, order)
    know(phone)
    archive_orders(world.runtime)
    assert gone(phone) == set()
    come_to_an_end()
    settle_conflicts(world)
    know(phone)
    let_pass(world, AGAIN - MINUTE)
    assert gone(phone) == set()
    let_pass(world, MINUTE)
    assert ("work_orders", "archived") in gone(phone)


def test_what_somebody_else_handed_in_on_it_keeps_it_from_nobody(world):
    (order,), phone, stranger = world.orders(), world.phone(0), world.phone(1)
    end(world, order)
    know(phone)
    stranger.push(note(stranger, order))
    world.work()
    let_pass(world, DAYS)
    assert ("work_orders", "archived") in gone(phone)


def test_it_stays_until_every_phone_in_use_knows_that_it_is_over(world):
    (order,), quick, slow, lost = (
        world.orders(),
        world.phone(),
        world.phone(install="two"),
        world.phone(install="three"),
    )
    revoked = world.phone(install="four")
    with world.runtime.unit_of_work(system_actor()) as uow:
        devices.revoke(uow, device_id=revoked.device_id, grace_days=30)
    for phone in (quick, slow, lost):
        know(phone)
    end(world, order)
    know(quick)
    world.clock.at += DAYS - timedelta(days=1)
    slow.page(slow.since)  # it was heard of, and has yet to pull the end
    let_pass(world, timedelta(days=1))
    assert gone(quick) == set()
    assert slow.held("work_orders")[str(order)]["status"] == "assigned"
    know(slow)
    assert slow.held("work_orders")[str(order)]["status"] == "cancelled"
    let_pass(world, AGAIN)
    # Nobody has heard of the third for a month: it will be told when it comes.
    assert ("work_orders", "archived") in gone(quick)
    assert ("work_orders", "archived") in gone(slow)
    assert ("work_orders", "archived") in gone(lost)


def test_what_comes_late_counts_and_brings_it_back_to_all_who_hold_it_until_it_was_looked_at(world):
    (order,), lead, helper, lost = at_a_site(world), world.phone(0), world.phone(1), world.phone(0, install="lost")
    know(lost)
    end(world, order)
    know(lead, helper)
    world.clock.at += DAYS
    let_pass(world, timedelta(0))
    assert [phone.pull() and phone.held("work_orders") for phone in (lead, helper)] == [{}, {}]
    op = note(lost, order)
    assert lost.push(op)["results"] == [{"id": op["id"], "status": "accepted"}]
    world.work()
    assert lost.statuses(op) == [("applied", "closed_order")]
    for phone in (lead, helper, lost):
        know(phone)
        assert phone.held("work_orders")[str(order)]["needs_review"]
        assert len(phone.held("checklists")) == len(phone.held("sites")) == 1
    assert lead.held("receipts")[op["id"]]["effect_seq"] <= lead.since
    let_pass(world, STAYS)
    assert gone(lead) == set()
    settle_conflicts(world)
    know(lead, helper, lost)
    let_pass(world, AGAIN)
    assert {(kind, "archived") for kind in OWN[:3]} <= gone(helper)


def test_what_is_quarantined_late_brings_nothing_back_and_has_its_receipt(world):
    (order,), phone = world.orders(), world.phone()
    end(world, order)
    know(phone)
    let_pass(world, DAYS)
    know(phone)
    op = phone.op("log.mood", order)
    phone.push(op)
    world.work()
    assert {(one["type"], one["op"]) for one in phone.pull()} == {("receipts", "put")}
    assert phone.held("receipts")[op["id"]]["outcome"] == "quarantined"


def test_what_is_announced_of_it_later_brings_nothing_back(world):
    (order,), phone = at_a_site(world), world.phone()
    end(world, order)
    know(phone)
    let_pass(world, DAYS)
    know(phone)
    with world.runtime.unit_of_work(system_actor()) as uow:
        announce_orders(uow, [order])
        (run,) = runs.runs_of_orders(uow, [order])
        scope = scope_of("user", phone.user_id)
        uow.announce([Change(world.region_id, scope, "checklists", str(run))])
    assert gone(phone) == {("work_orders", "unassigned"), ("checklists", "unassigned")}
    assert not any(phone.held(kind) for kind in OWN)


def test_an_order_that_is_opened_again_comes_to_whoever_gets_it(world):
    (order,), first, second = world.orders(work_type="errand"), world.phone(0), world.phone(1)
    for command in (Command.ACCEPT, Command.ARRIVE, Command.START, Command.COMPLETE, Command.CLOSE):
        world.command(order, command)
    with world.runtime.unit_of_work(system_actor()) as uow:
        rules = {"archive_after_days": 0}
        policies.set_policy(uow, region_id=world.region_id, subject=SUBJECT, rules=rules)
    know(first)
    let_pass(world, DAYS)
    assert gone(first) == {("work_orders", "archived")}
    world.command(order, Command.REOPEN, reason="又坏了")
    assert first.pull() == [] or first.held("work_orders") == {}
    for technician, phone in ((1, second), (0, first)):
        world.assign(order, technician)
        phone.pull()
        assert phone.held("work_orders")[str(order)]["status"] == "assigned"
    let_pass(world, 10 * DAYS)
    assert gone(first) == set()


def test_any_number_of_orders_takes_the_same_few_statements(world):
    phone, counts = world.phone(), []
    for size, due in ((2, 2), (40, 41)):  # the first one that has to stay comes again
        orders = world.orders(size)
        phone.push(*(phone.op("log.mood", order) for order in orders[: size // 2]))
        end(world, *orders)
        world.work()
        know(phone)
        world.clock.at += DAYS
        with world.runtime.unit_of_work(system_actor()) as uow, recorded(uow.session) as seen:
            assert archive(uow, limit=100, silent=DAYS) == due
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 16
