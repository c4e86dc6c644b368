"""What phones hand in of a customer after the customer was erased is erased, too, by itself."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from checklists.media import service as media
from dispatch.work_orders.lifecycle import Command
from kernel.actor import Level, Role, system_actor
from kernel.database import Base
from kernel.outbox import OutboxMessage
from sync import wiring
from sync.erasure import service
from sync.erasure.jobs import remove_files
from sync.erasure.late import OPEN_AGAIN, REASON
from sync.erasure.models import Erasure
from sync.ingest.models import Op
from sync.quarantine import service as quarantine
from sync.quarantine.deciding import Decision
from tests import factories
from tests.checklists.media.pictures import picture
from tests.everywhere import places_of

WORDS = "王芳家的狗很凶，电话 13970004711"


class Case:
    """An order of a customer that a phone holds, cancelled at the desk; then the customer was erased."""

    def __init__(self, world):
        self.world, self.phone = world, world.phone()
        world.runtime.senders = wiring.senders(world.runtime)
        with world.runtime.unit_of_work(system_actor()) as uow:
            self.customer = factories.customer(uow, world.places, name="王芳")
            site = factories.site(uow, self.customer, world.places, address="红旗路")
            self.order = factories.order(uow, world.places, work_type="errand", customer_id=self.customer, site_id=site)
        world.assign(self.order, 0)
        self.phone.push(self.phone.op("work_order.accept", self.order))
        world.work()
        world.command(self.order, Command.CANCEL, reason="客户取消")
        self.erase()
        world.clock.at += timedelta(minutes=5)

    def act(self, command, **more):
        with self.world.runtime.unit_of_work(system_actor()) as uow:
            return command(uow, customer_id=self.customer, **more)

    def erase(self):
        return self.act(service.erase_customer, reason="asked to")

    def note(self):
        return self.phone.op("log.note", self.order, {"text": WORDS})

    def sweep(self):
        """Let the worker send what waits, and remove what is to go."""
        wiring.send(self.world.runtime)
        remove_files(self.world.runtime)

    def found(self):
        with self.world.runtime.session() as session:
            return places_of(session, WORDS, "13970004711")

    def erasures(self):
        with self.world.runtime.session() as session:
            return session.scalars(select(Erasure.reason).order_by(Erasure.erased_at)).all()

    def waiting(self):
        with self.world.runtime.session() as session:
            return session.scalar(select(func.count()).select_from(OutboxMessage))


@pytest.fixture
def case(world):
    return Case(world)


def test_ops_that_come_after_the_erasure_take_effect_and_what_people_wrote_in_them_goes(case):
    op = case.note()
    case.phone.push(op)
    case.world.work()
    assert case.found() >= {"sync_ops.payload", "timeline_entries.data"}
    case.sweep()
    assert case.found() == set()
    assert case.phone.statuses(op)[0][0] == "applied"
    assert case.erasures() == ["asked to", REASON]
    # Handed in again by a phone that did not hear of it, it is known, and brings nothing back.
    case.phone.push(op)
    case.world.work()
    case.sweep()
    assert (case.found(), case.erasures(), case.waiting()) == (set(), ["asked to", REASON], 0)


def test_an_order_at_a_site_of_theirs_counts_whoever_it_is_for(case):
    orders = Base.metadata.tables["work_orders"]
    with case.world.runtime.unit_of_work(system_actor()) as uow:
        uow.session.execute(update(orders).where(orders.c.id == case.order).values(customer_id=None))
    case.phone.push(case.note())
    case.world.work()
    case.sweep()
    assert case.found() == set()


def test_what_others_hand_in_starts_no_erasure(case):
    with case.world.runtime.unit_of_work(system_actor()) as uow:
        other = factories.customer(uow, case.world.places, name="李雷")
        order = factories.order(uow, case.world.places, work_type="errand", customer_id=other)
    case.world.assign(order, 0)
    case.phone.push(case.phone.op("log.note", order, {"text": WORDS}))
    case.world.work()
    case.sweep()
    assert case.erasures() == ["asked to"]
    assert "timeline_entries.data" in case.found()


def test_a_photo_that_comes_after_its_name_was_erased_goes_with_its_bytes(case):
    op = case.phone.op("log.photo", case.order, {"files": [{"media_id": "door.jpg", "note": WORDS}]}, v=2)
    case.phone.push(op)
    case.world.work()
    case.sweep()
    assert case.found() == set()
    case.world.clock.at += timedelta(minutes=5)
    with case.world.runtime.unit_of_work(system_actor()) as uow:
        stored = media.store_picture(case.world.runtime.blobs, io.BytesIO(picture()))
        where = {"region_id": case.world.region_id, "order_id": case.order}
        media.take_in(uow, **where, media_id="door.jpg", stored=stored)
    assert case.world.runtime.blobs.has(stored.digest)
    case.sweep()
    assert not case.world.runtime.blobs.has(stored.digest)
    files = Base.metadata.tables["media_files"].c
    with case.world.runtime.session() as session:
        assert session.execute(select(files.erased_at, files.look_due_at)).all() == [(case.world.clock.at, None)]


def test_a_hold_keeps_it_until_it_is_lifted(case):
    case.act(service.hold, reason="a suit")
    case.phone.push(case.note())
    case.world.work()
    case.sweep()
    assert "timeline_entries.data" in case.found()
    assert case.waiting() == 0
    case.act(service.lift)
    case.sweep()
    assert case.found() == set()


def test_what_waits_is_not_touched_and_goes_with_the_last_that_is_settled(case):
    first, waits = case.note(), case.note()
    case.phone.push(first, waits)
    case.world.work()
    with case.world.runtime.unit_of_work(system_actor()) as uow:
        uow.session.execute(update(Op).where(Op.op_id == UUID(waits["id"])).values(state="quarantined", code="bad-id"))
    case.sweep()
    assert case.found() >= {"sync_ops.payload", "timeline_entries.data"}
    assert case.erasures() == ["asked to"]
    with case.world.runtime.unit_of_work(system_actor()) as uow:
        ids = [UUID(waits["id"])]
        manager = factories.acting_as(
            uow, Role.STATION_MANAGER, Level.STATION, case.world.places.station_id, case.world.region_id
        )
        decided = quarantine.decide_on(manager, decision=Decision.DISCARD, reason="已核实", ids=ids)
        assert [one.status for one in decided.results] == ["done"]
    case.sweep()
    assert case.found() == set()


def test_while_an_order_is_open_again_it_is_needed_and_looked_at_later(case):
    case.phone.push(case.note())
    case.world.work()
    orders = Base.metadata.tables["work_orders"]

    def become(status):
        with case.world.runtime.unit_of_work(system_actor()) as uow:
            uow.session.execute(update(orders).where(orders.c.id == case.order).values(status=status))

    become("open")
    case.sweep()
    assert (case.waiting(), case.erasures()) == (1, ["asked to"])
    become("cancelled")
    case.world.clock.at += OPEN_AGAIN
    case.sweep()
    assert (case.waiting(), case.found()) == (0, set())


def test_a_worker_that_dies_before_the_erasure_leaves_it_to_the_next(case, monkeypatch):
    case.phone.push(case.note())
    case.world.work()

    def killed(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sync.erasure.late.erase_all", killed)
        with pytest.raises(KeyboardInterrupt):
            wiring.send(case.world.runtime)
    assert case.erasures() == ["asked to"]
    case.world.clock.at += wiring.LEASE + timedelta(seconds=1)
    case.sweep()
    assert case.found() == set()
