"""Commands as people give them: whom a person chooses is looked at by the rule, and choosing otherwise takes a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dispatch.assignment import errors, notices
from dispatch.assignment.fitness import Fitness, fitness_of
from dispatch.assignment.gathering import Case, cases_of
from dispatch.assignment.giving import kept
from dispatch.assignment.ranking import rank
from dispatch.texts import line
from dispatch.work_orders import service as orders
from dispatch.work_orders.book import GIVES
from dispatch.work_orders.briefs import kind_of_command
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.service import Outcome
from dispatch.work_orders.workload import demands_of
from kernel.identifiers import parse_id
from kernel.unit_of_work import UnitOfWork

OVERRIDE = "override"
"""The member of a command's data that says why somebody is chosen all the same."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """Whom a person chose, for which order, and what the timeline keeps of it."""

    case: Case
    technician_id: UUID
    noted: Mapping[str, Any]


def command(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    command: Command,
    command_id: UUID,
    data: Mapping[str, Any],
    evidence: Evidence,
    assignment_id: UUID | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Carry out a command on an order as `work_orders.service.command` does; who gets it must be fit for it.

    Who is not the best, or against whom a rule speaks that the region lets people pass over, is chosen with a reason in
    `override`; for `reassign` its own reason says why it is not the best. Those concerned are told.

    Raises:
        Invalid (assignment.not_fit, assignment.reason_needed), with the path and the reasons.
        and everything that `work_orders.service.command` raises.
    """
    choice = None
    if command in GIVES and kind_of_command(uow, command_id) is None:
        choice = _chosen(uow, order_id, command, data)
    outcome = orders.command(
        uow,
        order_id=order_id,
        command=command,
        command_id=command_id,
        data=data,
        evidence=evidence,
        assignment_id=assignment_id,
        expected_version=expected_version,
        noted=None if choice is None else choice.noted,
    )
    if choice is not None and not outcome.unchanged:
        before = choice.case.demand.assignee_id
        notices.tell_given(uow, [(choice.case.demand, choice.technician_id)])
        if before not in (None, choice.technician_id):
            notices.tell_taken(uow, [(choice.case.demand, before)])
    return outcome


def _chosen(uow: UnitOfWork, order_id: UUID, command: Command, data: Mapping[str, Any]) -> _Choice | None:
    """Look at whom the command names; None when the order or the person cannot be seen, which the command itself refuses."""
    technician_id = parse_id(str(data.get("technician_id") or ""))
    demands = demands_of(uow, [order_id])
    if technician_id is None or order_id not in demands:
        return None
    # The order is locked before anything is decided about it.
    orders.open_book(uow, [order_id])
    case = cases_of(uow, demands.values(), also=[technician_id])[order_id]
    ranking = rank(case.work, case.crowd.values(), case.rule)
    found = fitness_of(case, technician_id, ranking)
    if found is None:
        return None
    reason = _checked(found, command, data)
    noted = kept(ranking) | {"overridden": [one.why.value for one in found.passable], "not_best": found.not_best}
    return _Choice(case, technician_id, noted | ({} if reason is None else {OVERRIDE: reason}))


def _checked(found: Fitness, command: Command, data: Mapping[str, Any]) -> str | None:
    """Return why somebody is chosen all the same, or refuse the choice."""
    if found.barred:
        reasons = [one.why.value for one in found.barred]
        raise errors.NOT_FIT(", ".join(reasons), path="/data/technician_id", reasons=reasons)
    given = data.get(OVERRIDE)
    if given in (None, ""):
        reasons = [one.why.value for one in found.passable]
        if reasons or (found.not_best and command is Command.ASSIGN):
            raise errors.REASON_NEEDED(path=f"/data/{OVERRIDE}", reasons=reasons or ["not_best"])
        return None
    return line(str(given), longest=500, path=f"/data/{OVERRIDE}")
