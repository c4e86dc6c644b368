"""The life of a work order as one table: which command leads from which state to which, for whom, and on what conditions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from dispatch.work_orders import errors
from kernel.actor import Role


class Status(StrEnum):
    """The fixed core of states; the order is that of a plain life."""

    DRAFT = "draft"
    OPEN = "open"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    UNABLE_TO_COMPLETE = "unable_to_complete"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Command(StrEnum):
    """Everything that may be asked of an order; its status is never set in another way."""

    SUBMIT = "submit"
    ASSIGN = "assign"
    ACCEPT = "accept"
    DECLINE = "decline"
    REASSIGN = "reassign"
    PUT_BACK = "put_back"
    SCHEDULE = "schedule"
    DEPART = "depart"
    ARRIVE = "arrive"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    COMPLETE = "complete"
    MARK_UNABLE = "mark_unable"
    CREATE_FOLLOW_UP = "create_follow_up"
    RETURN_FOR_REWORK = "return_for_rework"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


S, C = Status, Command
TERMINAL = frozenset({S.CLOSED, S.CANCELLED})
DONE = frozenset({S.COMPLETED, S.UNABLE_TO_COMPLETE, S.CLOSED, S.CANCELLED})
NOT_BEGUN = frozenset({S.DRAFT, S.OPEN, S.ASSIGNED, S.ACCEPTED, S.SCHEDULED})
"""The states in which nobody is on the way yet."""
AT_THE_SITE = frozenset({S.ON_SITE, S.IN_PROGRESS, S.COMPLETED, S.UNABLE_TO_COMPLETE})
WITH_TECHNICIAN = frozenset({S.ASSIGNED, S.ACCEPTED, S.SCHEDULED, S.EN_ROUTE, S.ON_SITE, S.IN_PROGRESS, S.ON_HOLD})

DESK = frozenset({Role.AGENT, Role.GROUP_LEADER, Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS})
DISPATCHERS = frozenset({Role.GROUP_LEADER, Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS})
OPERATIONS = frozenset({Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS})
APPROVERS = DISPATCHERS | {Role.ADMINISTRATOR}
"""Who may put an order on hold for as long as they like, and approves of others' holds."""


class FollowUp(StrEnum):
    """What is to become of the matter of an order that could not be completed."""

    PENDING = "pending"
    CREATED = "created"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    `target` is None where the order returns to the state before its hold, or keeps its state. `assignee` admits the present
    assignee, `roles` whoever holds one of them over the order; once somebody is or was at the site, `roles_at_site` instead.
    `needs` names members of the command's data that must be given.
    """

    sources: frozenset[Status]
    target: Status | None
    assignee: bool = False
    roles: frozenset[Role] = frozenset()
    roles_at_site: frozenset[Role] | None = None
    needs: tuple[str, ...] = ()


TABLE: Mapping[Command, Rule] = {
    C.SUBMIT: Rule(frozenset({S.DRAFT}), S.OPEN, roles=DESK),
    C.ASSIGN: Rule(frozenset({S.OPEN}), S.ASSIGNED, roles=DISPATCHERS, needs=("technician_id",)),
    C.ACCEPT: Rule(frozenset({S.ASSIGNED}), S.ACCEPTED, assignee=True),
    C.DECLINE: Rule(frozenset({S.ASSIGNED}), S.OPEN, assignee=True, needs=("reason",)),
    C.REASSIGN: Rule(
        frozenset({S.ASSIGNED, S.ACCEPTED, S.SCHEDULED, S.EN_ROUTE, S.ON_HOLD}),
        S.ASSIGNED,
        roles=DISPATCHERS,
        needs=("technician_id", "reason"),
    ),
    C.PUT_BACK: Rule(
        frozenset({S.ASSIGNED, S.ACCEPTED, S.SCHEDULED, S.EN_ROUTE, S.ON_HOLD}),
        S.OPEN,
        roles=DISPATCHERS,
        needs=("reason",),
    ),
    C.SCHEDULE: Rule(
        frozenset({S.ACCEPTED, S.SCHEDULED}),
        S.SCHEDULED,
        assignee=True,
        roles=DESK,
        needs=("window_start_at", "window_end_at"),
    ),
    C.DEPART: Rule(frozenset({S.ACCEPTED, S.SCHEDULED}), S.EN_ROUTE, assignee=True),
    C.ARRIVE: Rule(frozenset({S.EN_ROUTE, S.ACCEPTED, S.SCHEDULED}), S.ON_SITE, assignee=True),
    C.START: Rule(frozenset({S.ON_SITE}), S.IN_PROGRESS, assignee=True),
    C.HOLD: Rule(
        frozenset({S.IN_PROGRESS, S.ON_SITE, S.ACCEPTED, S.SCHEDULED}),
        S.ON_HOLD,
        assignee=True,
        roles=DISPATCHERS,
        needs=("reason",),
    ),
    C.RESUME: Rule(frozenset({S.ON_HOLD}), None, assignee=True, roles=DISPATCHERS),
    C.COMPLETE: Rule(frozenset({S.IN_PROGRESS}), S.COMPLETED, assignee=True),
    C.MARK_UNABLE: Rule(
        frozenset({S.ON_SITE, S.IN_PROGRESS, S.ON_HOLD}), S.UNABLE_TO_COMPLETE, assignee=True, needs=("reason",)
    ),
    C.CREATE_FOLLOW_UP: Rule(frozenset({S.UNABLE_TO_COMPLETE, S.COMPLETED}), None, roles=DISPATCHERS),
    C.RETURN_FOR_REWORK: Rule(frozenset({S.COMPLETED}), S.IN_PROGRESS, roles=DISPATCHERS, needs=("reason",)),
    C.CLOSE: Rule(frozenset({S.COMPLETED, S.UNABLE_TO_COMPLETE}), S.CLOSED, roles=OPERATIONS),
    C.REOPEN: Rule(frozenset({S.COMPLETED, S.UNABLE_TO_COMPLETE, S.CLOSED}), S.OPEN, roles=DESK, needs=("reason",)),
    C.CANCEL: Rule(frozenset(S) - TERMINAL, S.CANCELLED, roles=DESK, roles_at_site=OPERATIONS, needs=("reason",)),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the order's checklist has to say to its commands.

    `steps_passed` tells whether identity, environment and tools are all answered and no safety item among them failed;
    `failed_critical` names those that did; `unsafe` names the safety items that failed in any step; `missing` names required
    items without an answer; `signed` tells whether the customer signed, or refused with a reason, what the checklist holds now.
    An order without a checklist has nothing missing and needs no signature.
    """

    steps_passed: bool = True
    failed_critical: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    signed: bool = True
    unsafe: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What the table needs to know of an order. `members` are in its crew; the lead is the assignee."""

    id: UUID
    status: Status
    assignee_id: UUID | None = None
    assignment_id: UUID | None = None
    status_before_hold: Status | None = None
    version: int = 1
    members: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it was asked: by whom, in which roles over this order, under which assignment, at which corrected time.

    `lenient` tells that it happened already, with nobody there to correct its words: a phone's, or a history's.
    """

    command: Command
    user_id: UUID
    roles: frozenset[Role]
    at: datetime
    assignment_id: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """What a legal command does: the state it leads to. `unchanged` means that the order was there already."""

    source: Status
    target: Status
    unchanged: bool = False


def decide(order: Order, asked: Asked, evidence: Evidence) -> Transition:
    """Say what a command does to an order.

    Raises:
        Forbidden (work_order.not_allowed): neither the assignee, nor in a role for this command over this order.
        Conflict (work_order.lead_only): asked by a member of the crew who is not its lead.
        Conflict (work_order.not_current_assignment): asked under an assignment that has ended.
        Invalid (work_order.data_missing): the command lacks a member of its data; its path is given.
        Conflict (work_order.illegal): the table has no way from the present state.
        Conflict (work_order.checks_not_passed, work_order.safety_failed, work_order.not_all_answered, work_order.not_signed).
    """
    rule = TABLE[asked.command]
    _check_who(order, asked, rule)
    for name in rule.needs:
        if asked.data.get(name) in (None, ""):
            raise errors.DATA_MISSING(f"{asked.command} needs {name}", path=f"/data/{name}")
    if order.status not in rule.sources:
        if rule.target is order.status and asked.command not in (C.REASSIGN, C.SCHEDULE):
            return Transition(order.status, order.status, unchanged=True)
        raise errors.ILLEGAL(
            f"{asked.command} is not possible while the order is {order.status}",
            status_now=order.status.value,
            allowed=sorted(possible(order.status)),
        )
    _check_evidence(asked.command, evidence)
    target = rule.target
    if target is None:
        target = (order.status_before_hold or S.ACCEPTED) if asked.command is C.RESUME else order.status
    return Transition(order.status, target)


def possible(status: Status) -> frozenset[Command]:
    """Return the commands that the table knows from a state, whoever asks."""
    return frozenset(command for command, rule in TABLE.items() if status in rule.sources)


def admitted(rule: Rule, order: Order) -> frozenset[Role]:
    """Return the roles that a command is for, as far as the order has come; a hold keeps it where it was."""
    reached = order.status_before_hold if order.status is S.ON_HOLD else order.status
    return rule.roles if rule.roles_at_site is None or reached not in AT_THE_SITE else rule.roles_at_site


def _check_who(order: Order, asked: Asked, rule: Rule) -> None:
    if asked.roles & (admitted(rule, order) | {Role.ADMINISTRATOR}):
        return
    if not rule.assignee or asked.user_id != order.assignee_id:
        if rule.assignee and asked.user_id in order.members:
            raise errors.LEAD_ONLY(f"{asked.command} is for the lead of the crew")
        if rule.assignee and Role.TECHNICIAN in asked.roles:
            raise errors.NOT_CURRENT_ASSIGNMENT("the order is with somebody else now")
        raise errors.NOT_ALLOWED(f"{asked.command} is not for your role on this order")
    if asked.assignment_id is not None and asked.assignment_id != order.assignment_id:
        raise errors.NOT_CURRENT_ASSIGNMENT("the order was assigned anew since")


def _check_evidence(command: Command, evidence: Evidence) -> None:
    if command is C.START:
        if evidence.failed_critical:
            raise errors.SAFETY_FAILED(
                "hold the order, or mark it unable to complete", items=list(evidence.failed_critical)
            )
        if not evidence.steps_passed:
            raise errors.CHECKS_NOT_PASSED("answer identity, environment and tools first")
    if command is C.COMPLETE:
        if evidence.unsafe:
            raise errors.SAFETY_FAILED(
                "mend it and answer anew, hold the order, or mark it unable to complete", items=list(evidence.unsafe)
            )
        if evidence.missing:
            raise errors.NOT_ALL_ANSWERED(
                f"{len(evidence.missing)} required items have no answer", items=list(evidence.missing)
            )
        if not evidence.signed:
            raise errors.NOT_SIGNED("the customer's signature, or the reason of a refusal, is missing")
