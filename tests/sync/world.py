"""A small world for the tests of sync: a zone with a technician who has a phone, and orders on it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from checklists.templates import service as templates
from dispatch.people import service as people
from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.service import NewOrder
from kernel import runtime as runtimes
from kernel.actor import Actor, system_actor
from kernel.clock import FixedClock
from kernel.identifiers import new_id
from kernel.runtime import Runtime
from kernel.settings import Settings
from kernel.unit_of_work import Reading
from sync import wiring
from sync.devices import service as devices
from sync.devices.calling import Caller
from sync.feed import service as feed
from sync.ingest import service as ingest
from sync.reactions import HANDLERS
from sync.reconcile.runner import drain
from tests import factories

TEMPLATE = "broadband-fault"


def wired(settings: Settings, clock: FixedClock) -> Runtime:
    """Make a runtime as the composition roots do."""
    return runtimes.make(settings, clock=clock, handlers=HANDLERS, jobs=wiring.JOBS)


@dataclass
class Phone:
    """A phone in a test: it mints ops with their numbers, pushes and pulls as the routes do."""

    runtime: Runtime
    device_id: UUID
    token: str
    user_id: UUID
    seq: int = 0
    since: int = 0
    documents: dict[tuple[str, str], Any] = field(default_factory=dict)

    def op(self, kind: str, order_id: UUID, data: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        self.seq += 1
        return {
            "id": str(new_id()),
            "seq": self.seq,
            "type": kind,
            "v": 1,
            "work_order_id": str(order_id),
            "occurred_at": self.runtime.clock.now().isoformat(),
            "data": data or {},
            **changes,
        }

    def push(self, *ops: Any, clock: Any = None) -> dict[str, Any]:
        body = {"protocol": "fsync/1", "device_id": str(self.device_id), "ops": list(ops)}
        return self.push_bytes(orjson.dumps({**body, "clock": clock} if clock else body))

    def push_bytes(self, plain: bytes) -> dict[str, Any]:
        """Push as the route does: with one statement where that is possible."""
        settings = self.runtime.settings
        if self.runtime.stores_at_once:
            caller = Caller(self.token, taking=True)
            with self.runtime.direct_statements(caller) as uow:
                answer = ingest.push_at_once(uow, caller.phone, plain, settings)
            if answer is not None:
                return answer
        caller = Caller(self.token, lock=True, taking=True)
        with self.runtime.direct_unit_of_work(caller) as uow:
            return ingest.push(uow, caller.phone, plain, settings)

    def statuses(self, *ops: dict[str, Any]) -> list[tuple[str, str | None]]:
        caller = Caller(self.token, taking=True)
        with self.runtime.reading(caller) as reading:
            known = ingest.status_of(reading, caller.phone, [UUID(op["id"]) for op in ops])
        return [
            (known[op["id"]]["state"], known[op["id"]]["code"]) if op["id"] in known else ("unknown", None)
            for op in ops
        ]

    def page(self, since: int, limit: int = 500, collections: Sequence[str] = ()) -> dict[str, Any]:
        caller = Caller(self.token, roles=True)
        settings = self.runtime.settings
        with self.runtime.direct_reading(caller) as quick:
            found = feed.look(quick, caller.phone, settings, since=since, limit=limit, collections=collections)
            noteworthy = feed.should_acknowledge(caller.phone, found, quick)
        with self.runtime.reading(quick.actor) as reading:
            page = feed.answer(reading, caller.phone, settings, found)
        if noteworthy:
            again = Caller(self.token, lock=True)
            with self.runtime.direct_unit_of_work(again) as uow:
                feed.acknowledge(uow, again.phone, found)
        read: dict[str, Any] = orjson.loads(orjson.dumps(page))
        return read

    def pull(self, limit: int = 500) -> list[dict[str, Any]]:
        """Pull until quiet; keep the documents as a phone does."""
        changes: list[dict[str, Any]] = []
        while True:
            page = self.page(self.since, limit)
            assert page["seq"] >= self.since
            for change in page["changes"]:
                key = (change["type"], change["id"])
                if change["op"] == "put":
                    self.documents[key] = change["doc"]
                else:
                    self.documents.pop(key, None)
            changes += page["changes"]
            self.since = page["seq"]
            if not page["has_more"]:
                return changes

    def held(self, kind: str) -> dict[str, Any]:
        """The documents of one collection, by id."""
        return {key: doc for (type_, key), doc in self.documents.items() if type_ == kind}


@dataclass
class World:
    """A region with one zone, its technicians and its orders."""

    runtime: Runtime
    clock: FixedClock
    places: Places
    technicians: list[UUID]

    @property
    def region_id(self) -> UUID:
        return self.places.region_id

    def phone(self, technician: int = 0, install: str = "one") -> Phone:
        user_id = self.technicians[technician]
        with self.runtime.unit_of_work(system_actor()) as uow:
            made = devices.register(uow, install_id=install, user_id=user_id)
        return Phone(self.runtime, made.device_id, made.token, user_id)

    def actor(self, technician: int = 0) -> Actor:
        """Return the actor of a technician, as a login would."""
        with self.runtime.unit_of_work(system_actor()) as uow:
            return factories.actor(uow, self.technicians[technician])

    def hire(self) -> UUID:
        """Take on one more technician; their number is the caller's to note in `technicians`."""
        assert self.places.group_id is not None
        with self.runtime.unit_of_work(system_actor()) as uow:
            user_id = factories.user(uow, region_id=self.region_id, name="新技术员")
            people.hire(uow, user_id=user_id, group_id=self.places.group_id)
        return user_id

    def orders(self, count: int = 1, *, technician: int | None = 0, work_type: str = "broadband-fault") -> list[UUID]:
        with self.runtime.unit_of_work(system_actor()) as uow:
            draft = NewOrder(self.places, work_type, Priority.ROUTINE, "宽带无法上网", uow.now)
            ids = work_orders.create_orders(uow, [draft] * count)
        if technician is not None:
            for order_id in ids:
                self.assign(order_id, technician)
        return ids

    def assign(self, order_id: UUID, technician: int) -> None:
        data = {"technician_id": str(self.technicians[technician]), "reason": "换人"}
        with self.runtime.unit_of_work(system_actor()) as uow:
            status = work_orders.open_book(uow, [order_id]).find(order_id).status
            command = Command.ASSIGN if status.value == "open" else Command.REASSIGN
            work_orders.command(
                uow, order_id=order_id, command=command, command_id=uow.new_id(), data=data, evidence=Evidence()
            )

    def command(self, order_id: UUID, command: Command, **data: Any) -> None:
        with self.runtime.unit_of_work(system_actor()) as uow:
            work_orders.command(
                uow, order_id=order_id, command=command, command_id=uow.new_id(), data=data, evidence=Evidence()
            )

    def work(self) -> None:
        """Let the worker do all that waits, in this process."""
        drain(self.runtime, str(self.region_id))

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        with self.runtime.reading(system_actor(self.region_id)) as reading:
            yield reading


def make(settings: Settings, clock: FixedClock, technicians: int = 2) -> World:
    """Make the world, with the product's own checklist templates."""
    runtime = wired(settings, clock)
    with runtime.unit_of_work(system_actor()) as uow:
        places = factories.places(uow)
        assert places.group_id is not None
        templates.seed_templates(uow, places.region_id)
        work_orders.define_work_type(
            uow, region_id=places.region_id, code="broadband-fault", name="宽带故障", template_code=TEMPLATE
        )
        work_orders.define_work_type(uow, region_id=places.region_id, code="errand", name="跑腿")
        users = []
        for number in range(technicians):
            user_id = factories.user(uow, region_id=places.region_id, name=f"技术员{number}")
            people.hire(uow, user_id=user_id, group_id=places.group_id)
            users.append(user_id)
    return World(runtime, clock, places, users)
