"""The scene of outages in tests: two groups of a station, drawn side by side, with customers, a manager and a desk."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.notifications.models import CustomerMessage, Notification
from dispatch.outages.lifecycle import OutageKind, Step
from dispatch.outages.notices import broadcast
from dispatch.outages.open_outage import Outcome
from dispatch.outages.service import plan_outage, step_outage
from dispatch.outages.where import Wherever
from dispatch.requests import service as requests
from dispatch.requests.receiving import NewRequest
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from dispatch.territory.places import Places
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.conftest import NOW
from tests.dispatch.beat import wired

STARTS, ENDS = NOW + timedelta(hours=24), NOW + timedelta(hours=28)


@dataclass
class Scene:
    """Units of work of those who act; zones west to east (`home` and `next` of one group, `far` of another)."""

    uow: UnitOfWork
    home: Places
    next: Places
    far: Places
    manager: UnitOfWork
    leader: UnitOfWork
    technician: UnitOfWork
    agent: UnitOfWork
    customers: dict[str, UUID] = field(default_factory=dict)
    sites: dict[str, UUID] = field(default_factory=dict)

    def plan(self, who: UnitOfWork | None = None, *, where: Wherever | None = None, **changes: Any) -> Outcome:
        wanted: dict[str, Any] = {
            "kind": OutageKind.OUTAGE,
            "title": "主干割接",
            "reason": "光缆割接",
            "starts_at": STARTS,
            "ends_at": ENDS,
            **changes,
        }
        home = Wherever(zone_ids=(self.known(self.home.zone_id),))
        return plan_outage(who or self.manager, where=where or home, **wanted)

    def step(self, outage_id: UUID, step: Step, at: datetime | None = None, **more: Any) -> Outcome:
        self.at(at or self.uow.now)
        return step_outage(self.manager, outage_id=outage_id, step=step, **more)

    def announced(self, **changes: Any) -> UUID:
        """Plan an outage, announce it, and tell its customers."""
        outage_id = self.plan(**changes).outage_id
        self.step(outage_id, Step.ANNOUNCE)
        self.tell()
        return outage_id

    def at(self, now: datetime) -> None:
        """Let it be another time for everybody."""
        for one in (self.uow, self.manager, self.leader, self.technician, self.agent):
            one.now = now

    def tell(self, limit: int = 100) -> int:
        """Let the job tell the customers, and return how many transactions it took."""
        for count in range(1, 100):
            if broadcast(self.uow, limit=limit) == 0:
                return count
        raise AssertionError("the job does not end")

    def messages(self, outage_id: UUID) -> list[tuple[str, UUID]]:
        """Return what customers were told of an outage, in order."""
        rows = self.uow.session.execute(
            select(CustomerMessage.template, CustomerMessage.customer_id)
            .where(CustomerMessage.key.startswith(f"outage:{outage_id}:"))
            .order_by(CustomerMessage.key, CustomerMessage.customer_id)
        )
        return [(row.template.removeprefix("outages."), row.customer_id) for row in rows]

    def told(self, what: str) -> set[UUID]:
        """Who of the staff was told something of outages."""
        rows = self.uow.session.scalars(
            select(Notification.recipient_id).where(Notification.template == f"outages.staff_{what}")
        )
        return set(rows)

    def call(self, name: str, **more: Any) -> Any:
        """Let a customer report a fault."""
        new = NewRequest(
            "repair", "断网", site_id=self.sites[name], contact_phone=f"100 000{list(self.sites).index(name)}", **more
        )
        return requests.receive(self.agent, request=new)

    def known(self, key: UUID | None) -> UUID:
        assert key is not None
        return key


def make_scene(uow: UnitOfWork) -> Scene:
    wired(uow)
    region_id = factories.region(uow)
    station_id = factories.station(uow, region_id)
    group_id, other = factories.group(uow, station_id), factories.group(uow, station_id)
    drawn = [
        Places(region_id, station_id, group, factories.zone(uow, group, boundary=factories.square(33.7, lon)))
        for group, lon in ((group_id, 119.20), (group_id, 119.22), (other, 119.24))
    ]
    factories.order(uow, drawn[0])  # defines the work type
    technician = factories.technician(uow, drawn[0])
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, station_id, region_id)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, group_id, region_id)
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, station_id, region_id)
    territory.appoint(uow, place_id=drawn[0].zone_id or region_id, kind=DutyKind.ZONE_MANAGER, user_id=technician)
    territory.appoint(uow, place_id=station_id, kind=DutyKind.STATION_MANAGER, user_id=manager.actor.user_id)
    home, beside, far = drawn
    scene = Scene(uow, home, beside, far, manager, leader, factories.acting(uow, technician), agent)
    for name, places, lon in (("home", drawn[0], 119.20), ("next", drawn[1], 119.22), ("far", drawn[2], 119.24)):
        scene.customers[name] = factories.customer(uow, places, name=f"客户 {name}")
        scene.sites[name] = factories.site(uow, scene.customers[name], places, lat=33.7, lon=lon)
    return scene


def refusal(call: Any, *args: Any, **kwargs: Any) -> tuple[str, list[str]]:
    """Return the code of a refusal, and the fields that it names."""
    try:
        call(*args, **kwargs)
    except DomainError as error:
        return error.code, [one.path for one in error.fields]
    raise AssertionError("was not refused")
