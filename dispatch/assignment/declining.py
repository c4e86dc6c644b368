"""What becomes of declined orders: the next best gets one, and after too many the leader, then the manager, is told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from dispatch.assignment.notices import chains
from dispatch.assignment.rule_of import rules_for
from dispatch.assignment.rules import AssignmentRule, Mode
from dispatch.assignment.service import assign_automatically
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.territory.places import Places
from dispatch.work_orders import engagements
from dispatch.work_orders.engagements import Declined
from dispatch.work_orders.events import OrdersMoved
from dispatch.work_orders.lifecycle import Status
from dispatch.work_orders.workload import Demand, demands_of
from kernel.actor import system_actor
from kernel.unit_of_work import UnitOfWork


def on_orders_moved(uow: UnitOfWork, event: OrdersMoved) -> None:
    """Give orders that were declined to the next best, as the rule says, and tell whoever is to see to them."""
    back = {one.order_id: one.at for one in event.moves if _is_back(one.source, one.target)}
    if not back:
        return
    declines = engagements.declines_of(uow, back)
    fresh = [key for key, found in declines.items() if found[-1].at == back[key]]
    if not fresh:
        return
    # The rule decides, not who declined: they do not see the order any more.
    system = replace(uow, actor=system_actor())
    demands = {key: one for key, one in demands_of(system, fresh).items() if one.status == Status.OPEN}
    rules = rules_for(system, {one.places for one in demands.values()})
    again = [
        key
        for key, one in demands.items()
        if rules[one.places].automatic.again
        and rules[one.places].automatic.mode_for(one.work_type, one.priority) is not Mode.OFF
        and not one.escalated
    ]
    # Whoever leads there is told by that, where nobody is left.
    assign_automatically(system, again)
    _tell(system, [one for key, one in demands.items() if key not in again], declines, rules)


def _is_back(source: Status, target: Status) -> bool:
    return source is Status.ASSIGNED and target is Status.OPEN


def _tell(
    uow: UnitOfWork,
    demands: Sequence[Demand],
    declines: Mapping[UUID, Sequence[Declined]],
    rules: Mapping[Places, AssignmentRule],
) -> None:
    above = chains(uow, demands) if demands else {}
    notices = []
    for one in demands:
        count, last = len(declines[one.order_id]), declines[one.order_id][-1]
        mine = above[one.order_id]
        people = mine.nearest
        if count >= rules[one.places].declines_before_manager:
            people = tuple(dict.fromkeys((*people, *mine.manager)))
        values = {"number": one.number, "count": count, "reason": last.reason or "—"}
        key = f"declined:{one.order_id}:{count}"
        notices.append(Notice("assignment.declined", key, people, values, one.places.region_id, one.escalated))
    tell(uow, notices)
