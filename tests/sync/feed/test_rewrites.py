"""Whatever changes what a person may read, or what it says: a phone that goes on holds what a phone gets that begins anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from checklists.templates import service as templates
from checklists.templates.queries import published_versions
from dispatch.accounts import service as accounts
from dispatch.assets import service as assets
from dispatch.assets.life import AssetCommand, AssetKind
from dispatch.assignment import absent, offering
from dispatch.consultations import service as consultations
from dispatch.customers import service as customers
from dispatch.people import service as people
from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.sla.deadline import Priority
from dispatch.territory import queries as territory
from dispatch.territory.appointing import appoint
from dispatch.territory.duties import DutyKind
from dispatch.territory.events import OpenOrders
from dispatch.territory.moving import ZoneTarget, move_group, move_zones
from dispatch.work_orders import clocks
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.crews import add_crew_members, remove_crew_members
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.service import NewOrder
from kernel.actor import Level, Role, system_actor
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.checklists.samples import label, steps
from tests.sync.world import Phone, World

Act = Callable[["Scene", UnitOfWork], None]


class Scene:
    """Two technicians with a phone each; an order of the first one at a customer's, in whose crew the second one is."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.technicians = [world.hire(), world.hire()]
        with world.runtime.unit_of_work(system_actor()) as uow:
            # Scenes before this one moved the zone about.
            zone_id = world.places.zone_id
            assert zone_id is not None
            world.places = territory.places_of_zone(uow, zone_id)
            self.customer = factories.customer(uow, world.places)
            self.site = factories.site(uow, self.customer, world.places)
            self.stock = factories.asset(uow, world.region_id, station_id=world.places.station_id)
            self.box = factories.asset(uow, world.region_id, site_id=self.site)
            draft = NewOrder(world.places, "broadband-fault", Priority.ROUTINE, "宽带无法上网", uow.now)
            draft = replace(draft, customer_id=self.customer, site_id=self.site)
            self.order, self.waiting = work_orders.create_orders(uow, [draft, draft])
            # The second one manages the zone, so that orders do not come from there.
            appoint(uow, place_id=zone_id, kind=DutyKind.ZONE_MANAGER, user_id=self.second)
        world.assign(self.order, 0)
        with world.runtime.unit_of_work(system_actor()) as uow:
            add_crew_members(uow, order_id=self.order, user_ids=[self.second])
            consultations.ask(uow, order_id=self.order, question="怎么办?", user_id=self.second)
            offering.offer_order(uow, order_id=self.waiting, user_ids=[self.first, self.second])
        self.phones = [world.phone(0), world.phone(1)]
        self.settle()

    @property
    def first(self) -> UUID:
        return self.world.technicians[0]

    @property
    def second(self) -> UUID:
        return self.world.technicians[1]

    def settle(self) -> None:
        for phone in self.phones:
            phone.pull(3)


def fresh(phone: Phone) -> Phone:
    """The same phone as it is after a replacement."""
    again = replace(phone, since=0, documents={})
    again.pull()
    return again


def assign(scene: Scene, uow: UnitOfWork) -> None:
    factories.assign(uow, scene.waiting, scene.second)


def put_back(scene: Scene, uow: UnitOfWork) -> None:
    remove_crew_members(uow, order_id=scene.order, user_ids=[scene.second], reason="干完了")


def reassign(scene: Scene, uow: UnitOfWork) -> None:
    data = {"technician_id": str(scene.second), "reason": "换人", "crew": "dissolve"}
    work_orders.command(
        uow,
        order_id=scene.order,
        command=Command.REASSIGN,
        command_id=uow.new_id(),
        data=data,
        evidence=Evidence(),
    )


def absence(scene: Scene, uow: UnitOfWork) -> None:
    begins = uow.now + timedelta(minutes=1)
    key = request_absence(
        uow,
        technician_id=scene.first,
        kind=AbsenceKind.LEAVE,
        start_at=begins,
        end_at=begins + timedelta(days=2),
        approve=True,
    )
    absent.reassign(uow, absence_id=key)


def give_role(scene: Scene, uow: UnitOfWork) -> None:
    group_id = scene.world.places.group_id
    people.give_role(uow, user_id=scene.first, role=Role.GROUP_LEADER, level=Level.GROUP, place_id=group_id)


def take_role(scene: Scene, uow: UnitOfWork) -> None:
    group_id = scene.world.places.group_id
    people.take_role(uow, user_id=scene.first, role=Role.TECHNICIAN, level=Level.GROUP, place_id=group_id)


def elsewhere(scene: Scene, uow: UnitOfWork) -> UUID:
    station_id = scene.world.places.station_id
    assert station_id is not None
    return factories.group(uow, station_id)


def move_zone(scene: Scene, uow: UnitOfWork) -> None:
    zone_id = scene.world.places.zone_id
    assert zone_id is not None
    move_zones(
        uow, targets=[ZoneTarget(zone_id, elsewhere(scene, uow))], size_reason="新区", open_orders=OpenOrders.KEEP
    )


def group_to_another_station(scene: Scene, uow: UnitOfWork) -> None:
    station_id = factories.station(uow, scene.world.region_id)
    group_id = scene.world.places.group_id
    assert group_id is not None
    move_group(uow, group_id=group_id, station_id=station_id, open_orders=OpenOrders.KEEP)


def retire_template(scene: Scene, uow: UnitOfWork) -> None:
    region_id = scene.world.region_id
    templates.retire(uow, version_id=published_versions(factories.acting(uow, scene.first), region_id)[0])


def correct_customer(scene: Scene, uow: UnitOfWork) -> None:
    zone_id = scene.world.places.zone_id
    customers.edit_customer(
        uow, customer_id=scene.customer, name="赵秀兰", phone="100 0009 0009", vip=True, zone_id=zone_id
    )


def correct_site(scene: Scene, uow: UnitOfWork) -> None:
    zone_id = scene.world.places.zone_id
    customers.edit_site(uow, site_id=scene.site, address="红日大道 9 号", zone_id=zone_id, lat=33.7, lon=119.2)


def install(scene: Scene, uow: UnitOfWork) -> None:
    assets.move(uow, asset_id=scene.stock, command=AssetCommand.INSTALL, site_id=scene.site)


def correct_asset(scene: Scene, uow: UnitOfWork) -> None:
    assets.correct(uow, asset_id=scene.box, kind=AssetKind.ROUTER, model="HG-8", bought_on=None, warranty_until=None)


def publish_template(scene: Scene, uow: UnitOfWork) -> None:
    made = templates.create_template(
        uow, region_id=scene.world.region_id, code="sample", name=label("样例"), steps=steps()
    )
    templates.submit(uow, version_id=made.version_id)
    templates.publish(uow, version_id=made.version_id)


def change_priority(scene: Scene, uow: UnitOfWork) -> None:
    for order_id in (scene.order, scene.waiting):
        clocks.change_priority(uow, order_id=order_id, priority=Priority.PRIORITY, reason="升级")


def rename_colleague(scene: Scene, uow: UnitOfWork) -> None:
    accounts.edit_user(uow, user_id=scene.second, name="周强二", phone="100 0003 0003", locale="en")


def cancel(scene: Scene, uow: UnitOfWork) -> None:
    scene.world.command(scene.order, Command.CANCEL, reason="重复")


ACTS: tuple[Act, ...] = (
    assign,
    put_back,
    reassign,
    absence,
    give_role,
    take_role,
    move_zone,
    group_to_another_station,
    publish_template,
    retire_template,
    correct_customer,
    correct_site,
    install,
    correct_asset,
    rename_colleague,
    change_priority,
    cancel,
)


def test_a_phone_that_goes_on_holds_what_one_gets_that_begins_anew(world):
    # One world for all: to make one takes longer than all that is done in it.
    for act in ACTS:
        world.clock.at += timedelta(minutes=1)
        scene = Scene(world)
        with world.runtime.unit_of_work(system_actor()) as uow:
            act(scene, uow)
        before = [dict(phone.documents) for phone in scene.phones]
        scene.settle()
        for phone in scene.phones:
            assert phone.documents == fresh(phone).documents, act.__name__
        assert [phone.documents for phone in scene.phones] != before, f"{act.__name__} shows on a phone"
