"""I24: whatever answers met, what is kept of them leads to the same winner again, in any order and from the inbox alone."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from checklists.runs import fold
from checklists.runs import queries as runs
from checklists.runs.entries import entry_of
from checklists.runs.models import ChecklistAnswer, ChecklistRun
from checklists.templates import queries as templates
from checklists.templates.steps import ConflictPolicy
from dispatch.work_orders.crews import add_crew_members
from dispatch.work_orders.lifecycle import Command
from kernel.actor import system_actor
from kernel.identifiers import new_id
from sync.ingest.models import Op, OpState
from sync.reconcile.models import Conflict
from tests.checklists import world as checklists
from tests.sync.world import Phone, World

VALUES: Mapping[str, tuple[Any, ...]] = {
    "badge": (True, False),
    "power_safe": ("pass", "fail"),
    "cables": (["clean"], ["used"]),
    "level": (65, 70),
    "cause": ("接头氧化", "光缆断"),
}
"""Two values of an item of each policy."""
OUTCOMES = {
    fold.Standing.APPLIED: OpState.APPLIED.value,
    fold.Standing.LOST: OpState.CONFLICT_LOST.value,
    fold.Standing.OPEN: OpState.NEEDS_REVIEW.value,
}

steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(sorted(VALUES)),
        st.integers(0, 1),
        st.integers(-1, 4),
        st.sampled_from([-60, -1, 0, 5]),
        st.sampled_from(["", "push", "push and work", "work", "give away"]),
    ),
    min_size=4,
    max_size=14,
)


def scene(world: World) -> tuple[UUID, list[Phone]]:
    """An order with an item of each policy: phones of its lead, of a colleague in its crew, and a second one of the lead."""
    with world.runtime.unit_of_work(system_actor()) as uow:
        if not templates.current_versions(uow, world.region_id, [checklists.CODE]):
            checklists.publish_sample(uow, world.region_id)
        (order,) = checklists.orders(uow, world.places)
    world.assign(order, 0)
    with world.runtime.unit_of_work(system_actor()) as uow:
        add_crew_members(uow, order_id=order, user_ids=[world.technicians[1]])
    return order, [world.phone(who, install=str(new_id())) for who in (0, 1, 0)]


def answer(phone: Phone, order: UUID, item: str, value: Any, base: str | None, minutes: int) -> dict[str, Any]:
    at = (phone.runtime.clock.now() + timedelta(minutes=minutes)).isoformat()
    unit = {"unit": "dBμV"} if item == "level" else {}
    linked = {} if base is None else {"base": base}
    return phone.op("checklist.answer", order, {"item": item, "value": value, **unit}, occurred_at=at, **linked)


def kept(world: World, order: UUID) -> tuple[dict[str, Any], list[fold.Given], Mapping[str, Any], dict[str, str]]:
    """Return what is in force, every answer ever given, the items, and what each op came to."""
    with world.reading() as reading:
        session = reading.session
        run = session.execute(
            select(ChecklistRun.answers, ChecklistRun.template_version_id).where(ChecklistRun.work_order_id == order)
        ).one()
        items = templates.checklists_of(session, {run.template_version_id})[run.template_version_id][1].by_key
        ops = session.execute(select(Op.op_id, Op.state).where(Op.subject_id == order))
        return run.answers, runs.answers_of_order(session, order), items, {str(row.op_id): row.state for row in ops}


def forget_effects(world: World, order: UUID) -> None:
    """Leave nothing of an order's answers but the ops in the inbox, which wait again."""
    with world.runtime.unit_of_work(system_actor()) as uow:
        run = select(ChecklistRun.id).where(ChecklistRun.work_order_id == order).scalar_subquery()
        for statement in (
            delete(ChecklistAnswer).where(ChecklistAnswer.run_id == run),
            delete(Conflict).where(Conflict.work_order_id == order),
            update(ChecklistRun).where(ChecklistRun.work_order_id == order).values(answers={}),
            update(Op).where(Op.subject_id == order).values(state=OpState.PENDING.value, effect_seq=None),
        ):
            uow.session.execute(statement, execution_options={"synchronize_session": False})


def test_the_items_of_the_sample_have_every_policy_that_there_is(world):
    order, _ = scene(world)
    _, _, items, _ = kept(world, order)
    assert {items[key].policy for key in VALUES} == set(ConflictPolicy)


@settings(
    max_examples=12,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(taken=steps, shuffled=st.randoms())
def test_every_conflict_can_be_replayed_to_the_same_winner(world, taken, shuffled):
    order, phones = scene(world)
    waiting: list[tuple[Phone, dict[str, Any]]] = []
    given_so_far: dict[str, list[str]] = {}
    given_away = False
    for who, item, value, seen, minutes, then in taken:
        before = given_so_far.setdefault(item, [])
        base = before[-1 - seen] if 0 <= seen < len(before) else None
        op = answer(phones[who], order, item, VALUES[item][value], base, minutes)
        before.append(op["id"])
        waiting.append((phones[who], op))
        if "push" in then:
            shuffled.shuffle(waiting)
            for phone, one in waiting:
                phone.push(one)
            waiting = []
        if "work" in then:
            world.work()
        if then == "give away" and not given_away:
            given_away = True
            colleague = str(world.technicians[1])
            world.command(order, Command.REASSIGN, technician_id=colleague, reason="换人", crew="keep")
    for phone, one in waiting:
        phone.push(one)
    world.work()
    in_force, stored, items, outcomes = kept(world, order)
    assert {str(one.op_id) for one in stored} == {key for keys in given_so_far.values() for key in keys}

    # From the answers that are kept: the same winner, the same losers, the same receipts.
    shuffled.shuffle(stored)
    folded = fold.fold_all(items, stored)
    assert {key: entry_of(items[key], one) for key, one in folded.items()} == in_force
    standings = {str(key): standing for one in folded.values() for key, standing in one.standings().items()}
    assert outcomes == {key: OUTCOMES[standings.get(key, fold.Standing.APPLIED)] for key in outcomes}

    # From the ops alone, in another order. Whose order it was when an op arrived is no part of it: only where that stayed.
    if not given_away:
        forget_effects(world, order)
        world.work()
        assert kept(world, order)[0] == in_force
        assert kept(world, order)[3] == outcomes
