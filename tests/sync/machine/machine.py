"""A state machine of sync: phones and an office that act in any order while everything that may go wrong does.

Its rules are what happens; `settle` brings all to rest and compares what the server, the phones and the journals hold with each
other. The numbers are those of the protocol's invariants.
"""

from datetime import timedelta
from functools import partial
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dispatch.people import service as people
from dispatch.policies import service as policies
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.rules import SUBJECT
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from sync.feed.jobs import archive_orders, collect_removals, tell_of_moments
from sync.feed.moments import SLACK
from sync.reconcile import queries as conflict_queries
from sync.reconcile import runner
from sync.reconcile import service as conflicts
from tests.sync.killing import killed_at
from tests.sync.machine import rest
from tests.sync.machine.backup import Backup, Server
from tests.sync.machine.field import FieldPhone, Minted
from tests.sync.world import Phone, World

FIRST, SECOND = 0, 1
STEPS = ("work_order.accept", "work_order.depart", "work_order.arrive", "work_order.start", "work_order.complete")
CHECKED = 3
"""Steps that an order with a checklist may take before that is filled in."""
ITEM = "badge_shown"

phones = st.integers(0, 3)
orders = st.integers(0, 2)


class Sync(RuleBasedStateMachine):
    """Two technicians with a phone each, three orders, an office, a worker, and one backup."""

    def __init__(self, world: World, server: Server) -> None:
        super().__init__()
        self.world = world
        with world.runtime.unit_of_work(system_actor()) as uow:
            policies.set_policy(uow, region_id=world.region_id, subject=SUBJECT, rules={"archive_after_days": 1})
        # Each example has people and orders of its own: a new database for each would take most of the time.
        world.technicians = [world.hire(), world.hire()]
        self.phones = [FieldPhone(self._sign_in(who), who, self._new_token) for who in (FIRST, SECOND)]
        self.orders = [*world.orders(2, technician=FIRST), *world.orders(1, technician=SECOND, work_type="errand")]
        self.owners = {order: {who} for order, who in zip(self.orders, (FIRST, FIRST, SECOND), strict=True)}
        self.steps = dict.fromkeys(self.orders, 0)
        self.most_steps = dict(zip(self.orders, (CHECKED, CHECKED, len(STEPS)), strict=True))
        self.overtaken: set[UUID] = set()
        self.backup = Backup(world, server)
        self.restored = False

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self.backup.drop()

    # What technicians do

    @rule(who=phones, which=orders, text=st.sampled_from(["到场", "更换分光器", "\u0000", r"\u0000", "𠮷 ok"]))
    def note(self, who: int, which: int, text: str) -> None:
        self._phone(who).mint("log.note", self.orders[which], {"text": text})

    @rule(who=phones, which=orders, value=st.booleans(), seen=st.booleans())
    def answer(self, who: int, which: int, value: bool, seen: bool) -> None:
        phone, order = self._phone(who), self.orders[which]
        base = rest.answer_on(phone, order, ITEM) if seen else None
        more = {} if base is None else {"base": base}
        phone.mint("checklist.answer", order, {"item": ITEM, "value": value}, **more)

    @rule(which=orders)
    def go_on(self, which: int) -> None:
        """The first phone of the order's first owner takes the next step, whatever the office did meanwhile."""
        order = self.orders[which]
        if self.steps[order] < self.most_steps[order]:
            phone = self.phones[min(self.owners[order])]
            phone.mint(STEPS[self.steps[order]], order, {})
            self.steps[order] += 1

    @rule(who=phones, minutes=st.sampled_from([-100_000, -90, -3, 3, 90, 5_000_000]))
    def clock_jumps(self, who: int, minutes: int) -> None:
        self._phone(who).clock_off = timedelta(minutes=minutes)

    @rule(who=st.sampled_from([FIRST, SECOND]), answered=st.booleans())
    def register_again(self, who: int, answered: bool) -> None:
        """A phone signs in once more; the answer with its new token may get lost."""
        again = self._sign_in(who)
        if answered:
            self.phones[who].phone.token = again.token

    @precondition(lambda self: len(self.phones) < 4)
    @rule(who=phones)
    def clone(self, who: int) -> None:
        original = self._phone(who)
        self.phones.append(original.clone())
        # Two phones that use the same numbers: their commands may wait for each other's gaps and come out of order.
        self.overtaken |= {order for order in self.orders if original.technician in self.owners[order]}

    # What the network does

    @rule(who=phones, data=st.data(), fate=st.sampled_from(["arrives", "arrives", "no answer", "lost"]))
    def push(self, who: int, data: st.DataObject, fate: str) -> None:
        phone = self._phone(who)
        if not phone.journal:
            return
        some = data.draw(st.lists(st.sampled_from(range(len(phone.journal))), min_size=1, max_size=6), label="ops")
        if fate != "lost":
            phone.hand_in([phone.journal[n] for n in some], answered=fate == "arrives")

    @rule(who=phones)
    def push_all(self, who: int) -> None:
        phone = self._phone(who)
        phone.hand_in(phone.unsent())

    @rule(who=phones, limit=st.integers(1, 7))
    def pull_a_page(self, who: int, limit: int) -> None:
        self._phone(who).read_page(limit)

    @rule(who=phones)
    def pull(self, who: int) -> None:
        self._phone(who).read_all()

    # What the office does

    @rule(which=orders, who=st.sampled_from([FIRST, SECOND]))
    def assign(self, which: int, who: int) -> None:
        order = self.orders[which]
        try:
            self.world.assign(order, who)
        except DomainError:
            return  # an order that is closed, or cannot be taken away any more
        self.owners[order].add(who)
        self.overtaken.add(order)

    @rule(which=orders)
    def cancel(self, which: int) -> None:
        order = self.orders[which]
        try:
            self.world.command(order, Command.CANCEL, reason="重复")
        except DomainError:
            return
        self.overtaken.add(order)

    @rule(which=orders, command=st.sampled_from([Command.CLOSE, Command.REOPEN]))
    def close_or_open_again(self, which: int, command: Command) -> None:
        order = self.orders[which]
        try:
            self.world.command(order, command, **({} if command is Command.CLOSE else {"reason": "又坏了"}))
        except DomainError:
            return
        self.overtaken.add(order)

    @rule(which=orders)
    def look_at_conflicts(self, which: int) -> None:
        """A dispatcher settles all that is open about an order."""
        with self.world.runtime.unit_of_work(system_actor()) as uow:
            found = conflict_queries.page_of_conflicts(uow, work_order_id=self.orders[which], limit=100)
            for one in found.items:
                conflicts.resolve(uow, conflict_id=one.id, resolution="已核实")

    @rule(who=st.sampled_from([FIRST, SECOND]), hours=st.sampled_from([0, 1, 5]), lasts=st.sampled_from([1, 30, 2000]))
    def lend_a_role(self, who: int, hours: int, lasts: int) -> None:
        """Somebody leads a group for a time; nobody is there when it begins and when it ends."""
        begins = self.world.clock.at + timedelta(hours=hours)
        with self.world.runtime.unit_of_work(system_actor()) as uow:
            people.give_role(
                uow,
                user_id=self.world.technicians[who],
                role=Role.GROUP_LEADER,
                level=Level.GROUP,
                place_id=self.world.places.group_id,
                valid_from=begins,
                valid_to=begins + timedelta(hours=lasts),
            )

    # What the server does

    @rule()
    def work(self) -> None:
        self.world.work()

    @rule(at=st.integers(0, 40))
    def work_and_die(self, at: int) -> None:
        """The worker is killed at one of its statements, if it takes that many."""
        killed_at(self.world.runtime.engine, at, self.world.work)

    @rule()
    def drop_removals(self) -> None:
        collect_removals(self.world.runtime)

    @rule()
    def archive(self) -> None:
        """Orders that are over for long leave the phones, and none that a phone needs."""
        before, needed = rest.archived(self.world, self.orders), rest.needed(self.world, self.phones, self.orders)
        archive_orders(self.world.runtime)
        assert needed.isdisjoint(rest.archived(self.world, self.orders) - before)

    @rule(at=st.integers(0, 16))
    def archive_and_die(self, at: int) -> None:
        killed_at(self.world.runtime.engine, at, partial(archive_orders, self.world.runtime))

    @rule(at=st.integers(0, 12))
    def tell_of_moments_and_die(self, at: int) -> None:
        killed_at(self.world.runtime.engine, at, partial(tell_of_moments, self.world.runtime))

    @rule(minutes=st.sampled_from([1, 20, 300, 60 * 24 * 31]))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.at += timedelta(minutes=minutes)
        runner.sweep(self.world.runtime)
        if minutes >= self.world.runtime.settings.hold_online_minutes:
            # What waited for a gap goes on without it.
            self.overtaken |= set(self.orders)

    @precondition(lambda self: not self.restored)
    @rule()
    def take_a_backup(self) -> None:
        self.backup.take()

    @precondition(lambda self: self.backup.taken and not self.restored)
    @rule()
    def lose_the_disk(self) -> None:
        self.backup.bring_back()
        self.restored = True
        for one in self.phones:
            one.phone.runtime = self.world.runtime
        self.overtaken |= set(self.orders)

    @rule()
    def settle(self) -> None:
        """Everybody comes into the network, and all that waits is done; then everything has to fit (see `rest`)."""
        # A restored server is found out by the pull, before what it lost can be handed in again.
        for phone in self.phones:
            phone.read_all(7)
        for phone in self.phones:
            phone.hand_in(phone.unsent())
        # What began or ended this very moment is told some seconds later.
        self.world.clock.at += timedelta(minutes=20) + 2 * SLACK
        for _ in range(2):
            self.world.work()
            for phone in self.phones:
                phone.read_all(3)
            runner.sweep(self.world.runtime)
            tell_of_moments(self.world.runtime)
        for phone in self.phones:
            phone.read_all()
        rest.check_ops(self.world, self.phones)
        rest.check_answers(self.world, self.orders)
        rest.check_times(self.world, self.phones)
        rest.check_phones(self.world, self.phones)
        rest.check_feed(self.world)
        for order in set(self.orders) - self.overtaken:
            rest.check_status(self.world, order, self.steps[order])

    @invariant()
    def nobody_learns_of_what_was_never_theirs(self) -> None:
        """I12: not even as a removal."""
        for phone in self.phones:
            strangers = {str(order) for order in self.orders if phone.technician not in self.owners[order]}
            assert strangers.isdisjoint(key for _, key in phone.ever)

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        """I1, I2. A restored server is the exception, until the phones find out."""
        if not self.restored:
            rest.check_stored(self.world, [one for phone in self.phones for one in phone.journal if one.stored])

    def _sign_in(self, who: int) -> Phone:
        return self.world.phone(who, install=str(who))

    def _new_token(self, who: int) -> str:
        return self._sign_in(who).token

    def _phone(self, number: int) -> FieldPhone:
        return self.phones[number % len(self.phones)]


__all__ = ["Minted", "Sync"]
