"""What must hold between the inbox, its effects, the feed and the phones; most of it once everything has come to rest."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from checklists.runs import fold
from checklists.runs import queries as runs
from checklists.runs.models import ChecklistAnswer, ChecklistRun
from checklists.templates import queries as templates
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from kernel.change_feed import FeedRow
from sync.devices.models import Device
from sync.ingest.models import Op, OpState
from sync.reconcile.models import Conflict
from tests.sync.machine.field import FieldPhone, Minted
from tests.sync.world import World

FINAL = {state.value for state in (OpState.APPLIED, OpState.NO_OP, OpState.CONFLICT_LOST, OpState.NEEDS_REVIEW)}
OVER = ("closed", "cancelled")
STATUSES = ("assigned", "accepted", "en_route", "on_site", "in_progress", "completed")


def answer_on(phone: FieldPhone, order_id: UUID, item: str) -> str | None:
    """Return the answer that the phone shows in force: its own latest one, else what it pulled."""
    for one in reversed(phone.journal):
        if one.order_id == order_id and one.op["data"].get("item") == item:
            return one.id
    for run in phone.phone.held("checklists").values():
        if run["work_order_id"] == str(order_id) and item in run["answers"]:
            base: str | None = run["answers"][item].get("base")
            return base
    return None


def check_stored(world: World, minted: Sequence[Minted]) -> None:
    """I1, I2: what an answer called stored is in the inbox, once, with the bytes that were handed in."""
    with world.reading() as reading:
        found = reading.session.scalars(select(Op.op_id).where(Op.op_id.in_([UUID(one.id) for one in minted])))
        assert Counter(str(key) for key in found) == Counter({one.id: 1 for one in minted})


def check_ops(world: World, phones: Sequence[FieldPhone]) -> None:
    """I3, I4, I5, I17: every op has one final state, one receipt that says the same, and one effect or none accordingly."""
    minted = [one for phone in phones for one in phone.journal]
    check_stored(world, minted)
    ids = [UUID(one.id) for one in minted]
    with world.reading() as reading:
        rows = reading.session.execute(select(Op.op_id, Op.state, Op.code).where(Op.op_id.in_(ids)))
        states = {str(row.op_id): row.state for row in rows}
        entries = Counter(str(key) for key in reading.session.scalars(_entries(ids)))
        answers = Counter(str(key) for key in reading.session.scalars(_answers(ids)))
    for phone in phones:
        # A clone is told of the ops of both, for they are one user's.
        receipts = phone.phone.held("receipts")
        for one in phone.journal:
            state = states[one.id]
            assert state in FINAL or state == OpState.QUARANTINED.value, (one.op["type"], state)
            assert receipts[one.id]["outcome"] == state
            assert receipts[one.id]["effect_seq"] <= phone.phone.since
            effects = answers[one.id] if one.op["type"] == "checklist.answer" else entries[one.id]
            if state == OpState.QUARANTINED.value:
                assert effects == 0
            elif state != OpState.NO_OP.value:
                assert effects == 1, (one.op["type"], state)


def _entries(ids: Sequence[UUID]):
    return select(TimelineEntry.id).where(TimelineEntry.id.in_(ids))


def _answers(ids: Sequence[UUID]):
    return select(ChecklistAnswer.id).where(ChecklistAnswer.id.in_(ids))


def check_answers(world: World, orders: Sequence[UUID]) -> None:
    """I6, I24: what is in force is what folding the stored answers anew makes of them, in any order."""
    with world.reading() as reading:
        session = reading.session
        held = session.execute(
            select(ChecklistRun.id, ChecklistRun.template_version_id, ChecklistRun.answers).where(
                ChecklistRun.work_order_id.in_(orders)
            )
        ).all()
        checklists = templates.checklists_of(session, {row.template_version_id for row in held})
        given: dict[UUID, list[fold.Given]] = {row.id: [] for row in held}
        for run_id, one in runs.answers_of(session, list(given)):
            given[run_id].append(one)
    for row in held:
        items = checklists[row.template_version_id][1].by_key
        for several in (given[row.id], given[row.id][::-1]):
            folded = fold.fold_all(items, several)
            assert set(folded) == set(row.answers)
            for item, entry in row.answers.items():
                winner = folded[item].winner
                assert winner is not None
                assert (entry["value"], entry["base"]) == (winner.value, str(winner.op_id))


def check_times(world: World, phones: Sequence[FieldPhone]) -> None:
    """I19: never later than the receipt, and never back within what one phone handed in at once."""
    with world.reading() as reading:
        rows = reading.session.execute(
            select(Op.device_id, Op.device_seq, Op.effective_at, Op.received_at)
            .where(Op.device_id.in_({one.phone.device_id for one in phones}))
            .order_by(Op.device_id, Op.device_seq)
        ).all()
    assert all(row.effective_at <= row.received_at for row in rows)
    cloned = Counter((row.device_id, row.device_seq) for row in rows)
    honest = {row.device_id for row in rows} - {device for (device, _), number in cloned.items() if number > 1}
    for device in honest:
        times = [row.effective_at for row in rows if row.device_id == device]
        assert times == sorted(times)


def check_phones(world: World, phones: Sequence[FieldPhone]) -> None:
    """I7, I8, I13 to I16: every phone holds what a phone that pulls from nothing gets, and the orders that are its user's."""
    for phone in phones:
        fresh = phone.fresh()
        fresh.read_all(5)
        assert phone.documents() == fresh.documents()
        user_id = world.technicians[phone.technician]
        with world.reading() as reading:
            mine = set(
                reading.session.scalars(
                    select(WorkOrder.id).where(WorkOrder.assignee_id == user_id, WorkOrder.archived_at.is_(None))
                )
            )
        assert set(phone.orders()) == mine


def archived(world: World, orders: Sequence[UUID]) -> set[UUID]:
    """Return those of these orders that have left the phones because they were over for long."""
    with world.reading() as reading:
        left = select(WorkOrder.id).where(WorkOrder.id.in_(orders), WorkOrder.archived_at.is_not(None))
        return set(reading.session.scalars(left))


def needed(world: World, phones: Sequence[FieldPhone], orders: Sequence[UUID]) -> set[UUID]:
    """Return the orders that must not leave: an op of whoever holds them waits, or a conflict, or a phone that does not know.

    A phone does not know as long as what it shows is not over, unless it was silent for longer than tombstones are kept. Of
    phones that were cloned the server knows one.
    """
    with world.reading() as reading:
        session = reading.session
        held = dict(session.execute(select(WorkOrder.id, WorkOrder.assignee_id).where(WorkOrder.id.in_(orders))).all())
        waiting = session.execute(
            select(Op.subject_id, Op.user_id).where(Op.subject_id.in_(orders), Op.state.not_in(FINAL))
        )
        disputed = select(Conflict.work_order_id).where(
            Conflict.work_order_id.in_(orders), Conflict.resolved_at.is_(None)
        )
        found = {row.subject_id for row in waiting if held[row.subject_id] == row.user_id}
        found |= set(session.scalars(disputed))
        silent = timedelta(days=world.runtime.settings.horizon_days)
        heard = set(session.scalars(select(Device.id).where(Device.last_seen_at > world.clock.at - silent)))
    unaware: dict[tuple[UUID, UUID], set[UUID]] = {}
    for phone in (one for one in phones if one.phone.device_id in heard):
        shown = phone.phone.held("work_orders")
        going_on = {key for key in orders if str(key) in shown and shown[str(key)]["status"] not in OVER}
        device = (phone.phone.device_id, world.technicians[phone.technician])
        unaware[device] = going_on & unaware.get(device, going_on)
    return found | {key for (_, user_id), keys in unaware.items() for key in keys if held[key] == user_id}


def check_feed(world: World) -> None:
    """I9, I22: the feed holds each document of a recipient once, and no number twice."""
    with world.reading() as reading:
        rows = reading.session.execute(
            select(func.count(), func.count(FeedRow.seq.distinct())).where(FeedRow.region_id == world.region_id)
        ).one()
    assert rows[0] == rows[1]


def check_status(world: World, order_id: UUID, steps: int) -> None:
    """I18: what one phone asked for took effect in the order in which it asked."""
    with world.reading() as reading:
        assert reading.session.scalar(select(WorkOrder.status).where(WorkOrder.id == order_id)) == STATUSES[steps]
