"""The orders of an incident: gathered, let go, and commanded by whoever commands it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.incidents import errors
from dispatch.incidents.lifecycle import UNDER_WAY, State
from dispatch.incidents.models import IncidentOrder, MajorIncident
from dispatch.incidents.open_incident import (
    Outcome,
    answered_before,
    as_commander,
    entry_of,
    open_incident,
    write,
)
from dispatch.incidents.queries import linked_ids
from dispatch.sla.deadline import Priority
from dispatch.texts import line
from dispatch.work_orders import errors as order_errors
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.briefs import announce_orders
from dispatch.work_orders.crew import CrewRole
from dispatch.work_orders.crews import add_crew_members
from dispatch.work_orders.desk import open_order
from dispatch.work_orders.lifecycle import TERMINAL, Asked, Command, Evidence, Status
from dispatch.work_orders.service import open_book, server_entry, write_book
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

IN_HAND = frozenset({Status.ON_SITE, Status.IN_PROGRESS})
"""Somebody is at the customer's: such a visit is finished, not cancelled."""
COMMANDS = frozenset({Command.ASSIGN, Command.REASSIGN, Command.HOLD, Command.RESUME, Command.CANCEL})
"""What the commander may ask of an order of the incident, whatever group it is of."""
LINK, UNLINK = "incident.link", "incident.unlink"


def link_orders(
    uow: UnitOfWork, incident: MajorIncident, order_ids: Sequence[UUID], *, path: str = "/order_ids"
) -> None:
    """Gather orders in the actor's scope under an incident, all or none, and note it on their timelines.

    Raises:
        NotFound (work_order.unknown): not in the actor's scope.
        Invalid (incident.order_elsewhere); Conflict (incident.order_taken): with their place below `path`.
    """
    if not order_ids:
        return
    book = open_book(uow, order_ids)
    taken = set(
        uow.session.scalars(
            select(IncidentOrder.work_order_id).where(
                IncidentOrder.work_order_id.in_(order_ids), IncidentOrder.unlinked_at.is_(None)
            )
        )
    )
    for nth, order_id in enumerate(order_ids):
        if order_id not in book.orders:
            raise order_errors.UNKNOWN(path=f"{path}/{nth}")
        order = book.orders[order_id]
        if order.region_id != incident.region_id or order.status in TERMINAL:
            raise errors.ORDER_ELSEWHERE(path=f"{path}/{nth}")
        if order_id in taken:
            raise errors.ORDER_TAKEN(path=f"{path}/{nth}")
        taken.add(order_id)
        about = {"incident_id": str(incident.id), "number": incident.number, "title": incident.title}
        book.record(server_entry(uow, uow.new_id(), order_id, LINK, about))
    rows = [
        {
            "id": uow.new_id(),
            "region_id": incident.region_id,
            "incident_id": incident.id,
            "work_order_id": order_id,
            "linked_at": uow.now,
            "linked_by": uow.actor.user_id,
        }
        for order_id in order_ids
    ]
    insert_rows(uow.session, IncidentOrder, rows)
    write_book(uow, book)
    announce_orders(uow, order_ids)


def link(uow: UnitOfWork, *, incident_id: UUID, order_ids: Sequence[UUID], command_id: UUID | None = None) -> Outcome:
    """Gather orders under an incident. Raises what `link_orders` raises, and what `open_incident` raises for the incident.

    Conflict (incident.illegal): it is resolved or closed; Conflict (incident.command_reused).
    """
    entry = entry_of(uow, incident_id, "link", command_id, None, {"order_ids": [str(one) for one in order_ids]})
    incident = open_incident(uow, incident_id)
    again = answered_before(uow, entry)
    if again is not None:
        return again
    _check_under_way(incident)
    link_orders(uow, incident, order_ids)
    return write(uow, incident, entry)


def unlink(
    uow: UnitOfWork, *, incident_id: UUID, order_ids: Sequence[UUID], reason: str, command_id: UUID | None = None
) -> Outcome:
    """Let orders go from an incident; they go on by themselves.

    Raises:
        NotFound (incident.unknown); Forbidden (incident.not_allowed); Conflict (incident.command_reused).
        Invalid (incident.order_not_linked): at `/order_ids/<n>`.
    """
    reason = line(reason, longest=200, path="/reason")
    entry = entry_of(uow, incident_id, "unlink", command_id, reason, {"order_ids": [str(one) for one in order_ids]})
    incident = open_incident(uow, incident_id)
    again = answered_before(uow, entry)
    if again is not None:
        return again
    linked = set(linked_ids(uow, incident_id))
    for nth, order_id in enumerate(order_ids):
        _check_linked(order_id, linked, f"/order_ids/{nth}")
    commander = as_commander(uow, incident.region_id)
    book = open_book(commander, order_ids)
    about = {"incident_id": str(incident.id), "number": incident.number, "reason": reason}
    for order_id in dict.fromkeys(order_ids):
        book.record(server_entry(uow, uow.new_id(), order_id, UNLINK, about))
    uow.session.execute(
        update(IncidentOrder)
        .where(
            IncidentOrder.incident_id == incident_id,
            IncidentOrder.work_order_id.in_(order_ids),
            IncidentOrder.unlinked_at.is_(None),
        )
        .values(unlinked_at=uow.now, unlinked_by=uow.actor.user_id, reason=reason)
        .execution_options(synchronize_session=False)
    )
    write_book(commander, book)
    announce_orders(uow, order_ids)
    return write(uow, incident, entry)


def open_child(
    uow: UnitOfWork, *, incident_id: UUID, zone_id: UUID, work_type: str, title: str, priority: Priority, **more: Any
) -> UUID:
    """Open a new order for an incident, in a zone in the actor's scope, and return its id.

    Raises what `desk.open_order` and `open_incident` raise, and Conflict (incident.illegal): it is resolved or closed.
    """
    incident = open_incident(uow, incident_id)
    _check_under_way(incident)
    order_id = open_order(uow, zone_id=zone_id, work_type=work_type, title=title, priority=priority, **more)
    link_orders(uow, incident, [order_id])
    write(uow, incident, entry_of(uow, incident_id, "link", None, None, {"order_ids": [str(order_id)]}))
    return order_id


def command_child(
    uow: UnitOfWork,
    *,
    incident_id: UUID,
    order_id: UUID,
    command: Command,
    command_id: UUID,
    data: Mapping[str, Any],
    expected_version: int | None = None,
) -> work_orders.Outcome:
    """Carry out a dispatcher's command on an order of an incident, for its commander: whatever group the order is of.

    Raises:
        NotFound (incident.unknown); Forbidden (incident.not_allowed, work_order.not_allowed): also another command than these.
        Invalid (incident.order_not_linked); and what `work_orders.service.command` raises.
    """
    incident = open_incident(uow, incident_id)
    _check_linked(order_id, linked_ids(uow, incident_id), "/order_id")
    if command not in COMMANDS:
        raise order_errors.NOT_ALLOWED(f"the commander of an incident may ask for {', '.join(sorted(COMMANDS))}")
    return work_orders.command(
        as_commander(uow, incident.region_id),
        order_id=order_id,
        command=command,
        command_id=command_id,
        data=data,
        evidence=Evidence(),
        expected_version=expected_version,
    )


def crew_child(
    uow: UnitOfWork,
    *,
    incident_id: UUID,
    order_id: UUID,
    user_ids: Sequence[UUID],
    role: CrewRole = CrewRole.MEMBER,
    reason: str | None = None,
    command_id: UUID | None = None,
) -> work_orders.Outcome:
    """Let technicians of any group into the crew of an order of an incident, for its commander.

    Raises:
        NotFound (incident.unknown); Forbidden (incident.not_allowed); Invalid (incident.order_not_linked).
        and what `crews.add_crew_members` raises.
    """
    incident = open_incident(uow, incident_id)
    _check_linked(order_id, linked_ids(uow, incident_id), "/order_id")
    return add_crew_members(
        as_commander(uow, incident.region_id),
        order_id=order_id,
        user_ids=user_ids,
        role=role,
        reason=reason,
        command_id=command_id,
    )


def finish_open(uow: UnitOfWork, incident: MajorIncident, order_ids: Sequence[UUID]) -> list[UUID]:
    """Cancel the orders of an incident that nobody works on, as done with it, and return them; one book for all.

    Visits under way are finished by who is there. Raises what the lifecycle raises: all or none.
    """
    commander = as_commander(uow, incident.region_id)
    book = open_book(commander, order_ids)
    cancelled = []
    data = {"reason": "resolved_with_incident", "incident_id": str(incident.id), "number": incident.number}
    for order_id in sorted(book.orders):
        order = book.orders[order_id]
        if order.status in IN_HAND:
            continue
        roles = frozenset({Role.GROUP_LEADER, Role.STATION_MANAGER})
        asked = Asked(Command.CANCEL, uow.actor.user_id, roles, uow.now, data=data)
        book.command(order_id, asked, Evidence(), server_entry(uow, uow.new_id(), order_id, "work_order.cancel", data))
        cancelled.append(order_id)
    write_book(commander, book)
    return cancelled


def _check_under_way(incident: MajorIncident) -> None:
    if State(incident.state) not in UNDER_WAY:
        raise errors.ILLEGAL("the incident is not under way", state_now=incident.state)


def _check_linked(order_id: UUID, linked: Collection[UUID], path: str) -> None:
    if order_id not in linked:
        raise errors.ORDER_NOT_LINKED(path=path)
