"""A place with an order, somebody who keeps its webhooks, and a receiver."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import pytest

from dispatch.accounts.queries import actor_of_user
from dispatch.notifications.addresses import AddressRules
from dispatch.outward.target import read_target
from dispatch.territory.places import Places
from dispatch.webhooks import jobs, queries, service
from dispatch.webhooks.errors import ADDRESS
from dispatch.webhooks.queries import DeliveryFilter, DeliveryRow
from dispatch.webhooks.states import Content
from dispatch.wiring import HANDLERS
from kernel import runtime as runtimes
from kernel.actor import Actor, Level, Role, system_actor
from kernel.clock import FixedClock
from kernel.runtime import Runtime
from kernel.settings import Settings
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.dispatch.webhooks.receiver import Receiver, receiver

INSIDE = AddressRules(frozenset(), internal=True)


@dataclass
class World:
    """Ids of what is there."""

    runtime: Runtime
    clock: FixedClock
    here: Places = field(default=None)  # type: ignore[assignment]
    there: Places = field(default=None)  # type: ignore[assignment]
    keeper: UUID = field(default=None)  # type: ignore[assignment]
    technician: UUID = field(default=None)  # type: ignore[assignment]
    order: UUID = field(default=None)  # type: ignore[assignment]

    def act(self, who: UUID | None = None) -> Any:
        """Open a transaction as somebody, or as the product itself."""
        if who is None:
            return self.runtime.unit_of_work(system_actor())

        def identify(session: Any, now: Any) -> Actor:
            return actor_of_user(session, who, now)

        return self.runtime.unit_of_work(identify)

    def listen(self, url: str, *, who: UUID | None = None, **more: Any) -> service.Subscribed:
        """Subscribe to all that happens in the region, unless told otherwise."""
        options: dict[str, Any] = {"events": ["*"], "content": Content.IDS, "level": Level.REGION}
        options |= {"place_id": self.here.region_id, "name": "ERP"} | more
        with self.act(who or self.keeper) as uow:
            return service.subscribe(uow, url=url, target=read_target(url, INSIDE, ADDRESS), **options)

    def command(self, *names: str, order: UUID | None = None, **data: Any) -> None:
        """Let the technician do something with the order, each in a transaction of its own."""
        for name in names:
            with self.act() as uow:
                factories.commands(uow, order or self.order, self.technician, name, **data)

    def new_order(self, where: Places | None = None) -> UUID:
        with self.act() as uow:
            key = factories.order(uow, where or self.here)
            factories.assign(uow, key, self.technician)
        return key

    def deliver(self) -> None:
        jobs.deliver(self.runtime)

    def deliveries(self, subscription_id: UUID, **filters: Any) -> list[DeliveryRow]:
        """Return messages, the oldest first."""
        with self.runtime.reading(system_actor()) as reading:
            page = queries.page_of_deliveries(reading, subscription_id, filters=DeliveryFilter(**filters), limit=200)
        return list(reversed(page.items))

    def show(self, subscription_id: UUID) -> queries.SubscriptionDetail:
        with self.runtime.reading(system_actor()) as reading:
            return queries.subscription(reading, subscription_id)


@pytest.fixture
def world(settings: Settings, clock: FixedClock) -> Iterator[World]:
    quick = replace(settings, notify_internal="yes", webhook_timeout_seconds=1, webhook_at_once=4)
    made = World(runtimes.make(quick, clock=clock, handlers=HANDLERS), clock)
    with made.act() as uow:
        furnish(uow, made)
    made.order = made.new_order()
    yield made
    made.runtime.close()


def furnish(uow: UnitOfWork, world: World) -> None:
    world.here = factories.places(uow)
    world.there = factories.places(uow, region_id=world.here.region_id)
    region_id = world.here.region_id
    world.keeper = factories.person_with(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region_id, region_id=region_id)
    world.technician = factories.technician(uow, world.here)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as made:
        yield made
