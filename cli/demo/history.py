"""Lets the stories of the demo happen: orders are created together, and their lives replayed through the books."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from checklists.runs import service as runs
from checklists.runs.answers import photos_wanted
from checklists.runs.book import RunBook
from checklists.runs.fold import Given
from checklists.signoff.snapshot import Signature
from checklists.templates.answer_types import UNANSWERED, AnswerType
from checklists.templates.steps import BEFORE_WORK
from cli.demo.answers import answer, photo_id
from cli.demo.crew import user_id_of
from cli.demo.households import Household
from cli.demo.people import Person
from cli.demo.stories import Act, Beat, Story
from dispatch.territory.places import Places
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.book import Entry, OrderBook
from dispatch.work_orders.lifecycle import Asked, Command, Evidence, Status
from dispatch.work_orders.service import NewOrder
from kernel.actor import Role
from kernel.identifiers import derived_id
from kernel.unit_of_work import UnitOfWork

KINDS_OF_ENTRIES = {Act.NOTE: "log.note", Act.ACTION: "log.key_action"}
DEVICE_ACTS = (Command.DEPART, Command.ARRIVE)
"""What a phone records with a position."""


def replay(
    uow: UnitOfWork,
    stories: Sequence[Story],
    zones: Mapping[str, Places],
    households: Mapping[str, Sequence[Household]],
    staff: Sequence[Person],
) -> None:
    """Create the orders of these stories and let everything in them happen, with a constant number of statements."""
    ids = [order_id_of(story) for story in stories]
    work_orders.create_orders(uow, [_draft(story, zones, _home(story, households)) for story in stories])
    orders = work_orders.open_book(uow, ids)
    checklists = runs.open_runs(uow, ids, {})
    stage = _Stage(orders, checklists, {person.login: person.role for person in staff})
    for story in stories:
        stage.play(story, _home(story, households))
    work_orders.write_book(uow, orders)
    runs.write_runs(uow, checklists)


def order_id_of(story: Story) -> UUID:
    """Return the id that the order of a story always has."""
    return derived_id("demo", "order", story.key)


def _home(story: Story, households: Mapping[str, Sequence[Household]]) -> Household:
    facility, *homes = households[story.zone]
    return facility if story.kind.at_facility else homes[story.customer % len(homes)]


def _draft(story: Story, zones: Mapping[str, Places], home: Household) -> NewOrder:
    return NewOrder(
        zones[story.zone],
        story.kind.code,
        story.priority,
        story.title,
        story.received_at,
        description=story.description,
        customer_id=home.customer_id,
        site_id=home.site_id,
        first_owner_id=user_id_of(story.agent),
        id=order_id_of(story),
        status=Status.DRAFT if story.ending is Status.DRAFT else Status.OPEN,
    )


@dataclass
class _Stage:
    """Plays stories into the books."""

    orders: OrderBook
    checklists: RunBook
    roles: Mapping[str, Role]

    def play(self, story: Story, home: Household) -> None:
        rng = random.Random(story.key)  # noqa: S311 - the same every time, not a secret
        order_id = order_id_of(story)
        for number, beat in enumerate(story.beats):
            key = derived_id("demo", "beat", story.key, str(number))
            if isinstance(beat.what, Command):
                self._command(key, order_id, beat, home, rng)
            elif beat.what in (Act.CHECK, Act.EXECUTE):
                self._answer(story, order_id, beat, home, rng)
            elif beat.what in (Act.SIGN, Act.REFUSE):
                self._sign(key, order_id, beat, home)
            else:
                self.orders.record(_entry(key, order_id, KINDS_OF_ENTRIES[beat.what], beat))

    def _command(self, key: UUID, order_id: UUID, beat: Beat, home: Household, rng: random.Random) -> None:
        assert isinstance(beat.what, Command)
        data = dict(beat.data)
        if "technician" in data:
            data["technician_id"] = str(user_id_of(data.pop("technician")))
        entry = _entry(key, order_id, f"work_order.{beat.what}", Beat(beat.at, beat.what, beat.by, data))
        if beat.what in DEVICE_ACTS:
            entry.lat, entry.lon = round(home.lat + rng.gauss(0, 2e-4), 6), round(home.lon + rng.gauss(0, 2e-4), 6)
            entry.accuracy_m = float(rng.randint(4, 40))
        asked = Asked(beat.what, user_id_of(beat.by), frozenset({self.roles[beat.by]}), beat.at, data=data)
        wants_proof = beat.what in (Command.START, Command.COMPLETE)
        proof = self.checklists.evidence(order_id) if wants_proof else Evidence()
        self.orders.command(order_id, asked, proof, entry)

    def _answer(self, story: Story, order_id: UUID, beat: Beat, home: Household, rng: random.Random) -> None:
        """Answer the three steps before the work, or with the work all the rest; now and then leave out what is optional."""
        if not self.checklists.has(order_id):
            return
        run = self.checklists.run(order_id)
        for item in run.checklist.items:
            early = item.step in BEFORE_WORK
            if item.type in UNANSWERED or early is not (beat.what is Act.CHECK):
                continue
            view = run.view()
            skipped = item.key not in view.required and rng.random() < 0.4
            if view.hides(item.key) or skipped:
                continue
            value = answer(item, rng, beat.at, home.lat, home.lon)
            key = derived_id("demo", "answer", story.key, item.key)
            photos = photos_wanted(item, value)
            media = tuple(value) if item.type is AnswerType.PHOTO else tuple(photo_id(rng) for _ in range(photos))
            given = Given(key, item.key, value, beat.at, user_id_of(beat.by), by_assignee=True, media=media)
            self.checklists.answer(order_id, given)

    def _sign(self, key: UUID, order_id: UUID, beat: Beat, home: Household) -> None:
        if not self.checklists.has(order_id):
            return
        refused = beat.data.get("refused_reason")
        digest = self.checklists.digest(order_id)
        signature = Signature(
            key,
            digest,
            beat.at,
            user_id_of(beat.by),
            signer_name=None if refused else home.name,
            refused_reason=refused,
            signature_media=None if refused else f"demo_{key.hex[:16]}",
        )
        self.checklists.sign(order_id, signature)
        data = {"signed_digest": digest.hex()} | (
            {"refused_reason": refused} if refused else {"signer_name": home.name}
        )
        self.orders.record(_entry(key, order_id, "checklist.sign_off", Beat(beat.at, beat.what, beat.by, data)))


def _entry(key: UUID, order_id: UUID, kind: str, beat: Beat) -> Entry:
    return Entry(key, order_id, kind, user_id_of(beat.by), beat.at, beat.at, beat.data)
