"""I11: who has pulled as far as a receipt's `effect_seq`, and all that there is, holds documents that contain the effect."""

from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dispatch.work_orders.crews import add_crew_members
from kernel.actor import system_actor
from kernel.identifiers import new_id
from tests.sync.world import World

STEPS = ("work_order.accept", "work_order.depart", "work_order.arrive")
STATUSES = ("assigned", "accepted", "en_route", "on_site")
ITEM = "badge_shown"

acts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["go on", "answer", "note"]), st.integers(0, 1)),
        st.tuples(st.sampled_from(["push", "work", "colleague"]), st.integers(0, 1)),
        st.tuples(st.just("page"), st.integers(1, 3)),
        st.tuples(st.just("pull"), st.integers(1, 4)),
    ),
    min_size=8,
    max_size=30,
)


class Writer:
    """A phone that keeps what it asked for, and looks whether what it pulled contains it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.phone = world.phone(install=str(new_id()))
        self.orders = world.orders(2)
        with world.runtime.unit_of_work(system_actor()) as uow:
            for order in self.orders:
                add_crew_members(uow, order_id=order, user_ids=[world.technicians[1]])
        self.colleague = world.phone(1, install=str(new_id()))
        self.steps = dict.fromkeys(self.orders, 0)
        self.unsent: list[dict[str, Any]] = []
        self.wanted: dict[str, tuple[UUID, int | str]] = {}

    def mint(self, what: str, order: UUID) -> None:
        if what == "note":
            self.unsent.append(self.phone.op("log.note", order, {"text": "到场"}))
        elif what == "answer":
            op = self.phone.op("checklist.answer", order, {"item": ITEM, "value": True})
            self.wanted[op["id"]] = (order, ITEM)
            self.unsent.append(op)
        elif self.steps[order] < len(STEPS):
            op = self.phone.op(STEPS[self.steps[order]], order)
            self.steps[order] += 1
            self.wanted[op["id"]] = (order, self.steps[order])
            self.unsent.append(op)

    def page(self, limit: int) -> bool:
        """Pull a page and look at every receipt; return whether there is more."""
        phone = self.phone
        page = phone.page(phone.since, limit)
        for change in page["changes"]:
            key = (change["type"], change["id"])
            if change["op"] == "put":
                phone.documents[key] = change["doc"]
            else:
                phone.documents.pop(key, None)
        phone.since = page["seq"]
        for op_id, receipt in phone.held("receipts").items():
            assert receipt["effect_seq"] <= phone.since
            if not page["has_more"]:
                assert self.is_there(op_id), (op_id, receipt)
        return bool(page["has_more"])

    def pull(self, limit: int) -> None:
        """Pull all: then everything that the server says to have applied, and by which number, is here."""
        told = {}
        for op_id in self.wanted:
            told[op_id] = self.phone.statuses({"id": op_id})[0][0]
        while self.page(limit):
            pass
        for op_id, state in told.items():
            if state in ("applied", "no_op", "conflict_lost"):
                assert op_id in self.phone.held("receipts")
                assert self.is_there(op_id)

    def is_there(self, op_id: str) -> bool:
        if op_id not in self.wanted:
            return True
        order, what = self.wanted[op_id]
        if isinstance(what, int):
            return STATUSES.index(self.phone.held("work_orders")[str(order)]["status"]) >= what
        (run,) = (one for one in self.phone.held("checklists").values() if one["work_order_id"] == str(order))
        return what in run["answers"]


@settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(acts=acts)
def test_what_a_receipt_says_to_be_done_is_in_the_documents_that_come_up_to_it(world, acts):
    writer = Writer(world)
    for what, number in acts:
        if what == "push":
            sent, writer.unsent = writer.unsent[::-1], []  # the latest first: some wait for the others
            if sent:
                writer.phone.push(*sent)
        elif what == "work":
            world.work()
        elif what == "colleague":
            # Documents change once more, and move on in the feed beyond the receipts of what changed them before.
            order, answer = writer.orders[number], {"item": ITEM, "value": False}
            writer.colleague.push(writer.colleague.op("checklist.answer", order, answer))
            world.work()
        elif what == "page":
            writer.page(number)
        elif what == "pull":
            writer.pull(number)
        else:
            writer.mint(what, writer.orders[number])
    if writer.unsent:
        writer.phone.push(*writer.unsent)
    world.work()
    writer.pull(2)
    assert all(op_id in writer.phone.held("receipts") for op_id in writer.wanted)
