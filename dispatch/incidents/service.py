"""What can be done with major incidents: declare one, take it step by step, change it, tell those concerned."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.accounts import queries as accounts
from dispatch.incidents import errors
from dispatch.incidents.children import finish_open, link_orders
from dispatch.incidents.lifecycle import UNDER_WAY, AfterAction, OpenChildren, Severity, State, Step, decide
from dispatch.incidents.models import IncidentZone, MajorIncident
from dispatch.incidents.notices import tell_staff
from dispatch.incidents.open_incident import (
    Outcome,
    answered_before,
    check_promise,
    entry_of,
    log,
    open_incident,
    promise,
    write,
)
from dispatch.incidents.queries import DONE_WORDS, linked_orders
from dispatch.incidents.where import reach
from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from dispatch.territory.places import Places
from dispatch.texts import line
from dispatch.work_orders.briefs import announce_orders
from dispatch.work_orders.lifecycle import DISPATCHERS
from dispatch.work_orders.numbers import order_number
from kernel import errors as kernel_errors
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

STAMPS: Mapping[State, str] = {
    State.CONTAINED: "contained_at",
    State.RESOLVED: "resolved_at",
    State.CLOSED: "closed_at",
}


def declare(
    uow: UnitOfWork,
    *,
    title: str,
    severity: Severity,
    zone_ids: Sequence[UUID] = (),
    group_id: UUID | None = None,
    station_id: UUID | None = None,
    description: str | None = None,
    work_type: str | None = None,
    commander_id: UUID | None = None,
    affected_customers: int | None = None,
    next_update_at: datetime | None = None,
    order_ids: Sequence[UUID] = (),
    command_id: UUID | None = None,
) -> Outcome:
    """Declare a major incident where it reaches, gather orders under it, and tell those concerned.

    Its commander is who is named, or whoever leads the group (or manages the station) that holds all of it, or the actor. Without
    a number of customers it is estimated by the subscribers of the zones.

    Raises:
        NotFound (territory.*_unknown, work_order.unknown): not in the actor's scope.
        Forbidden (incident.not_allowed): the actor does not dispatch at the smallest place that holds all of it.
        Invalid (incident.nowhere, incident.commander_unknown, incident.update_time, incident.order_elsewhere);
        Conflict (incident.order_taken, incident.command_reused).
    """
    data = {
        "severity": severity,
        "zone_ids": [str(one) for one in zone_ids],
        "order_ids": [str(one) for one in order_ids],
    }
    entry = entry_of(uow, None, "declare", command_id, description, {**data, "title": title})
    again = answered_before(uow, entry)
    if again is not None:
        return again
    home, zones = reach(uow, zone_ids=zone_ids, group_id=group_id, station_id=station_id)
    held = uow.actor.roles_over(home.region_id, home.station_id, home.group_id, None)
    if held.isdisjoint(DISPATCHERS | {Role.ADMINISTRATOR}):
        raise errors.NOT_ALLOWED()
    check_promise(uow, next_update_at)
    incident = MajorIncident(
        id=uow.new_id(),
        region_id=home.region_id,
        station_id=home.station_id,
        group_id=home.group_id,
        title=line(title, longest=200, path="/title"),
        description=description,
        severity=severity.value,
        state=State.DECLARED.value,
        work_type=work_type,
        commander_id=_commander(uow, home, commander_id),
        declared_by=uow.actor.user_id,
        declared_at=uow.now,
        affected_customers=_affected(uow, zones, affected_customers),
        affected_estimated=affected_customers is None,
        **promise(next_update_at),
        version=1,
        created_at=uow.now,
        updated_at=uow.now,
    )
    incident.number = f"M{order_number(incident.id, uow.now)}"
    uow.session.add(incident)
    uow.session.flush()
    _store_zones(uow, incident.id, zones)
    log(uow, incident.region_id, incident.id, entry, State.DECLARED.value, 1)
    link_orders(uow, incident, order_ids)
    tell_staff(uow, incident, "declared", entry.id, description)
    return Outcome(incident.id, State.DECLARED, 1)


def _commander(uow: UnitOfWork, home: Places, commander_id: UUID | None) -> UUID:
    if commander_id is not None:
        return _check_commander(uow, home.region_id, commander_id)
    duties = territory.holders(uow, [one for one in (home.group_id, home.station_id) if one is not None], uow.now)
    leader = duties.get(home.group_id, {}).get(DutyKind.GROUP_LEADER) if home.group_id else None
    manager = duties.get(home.station_id, {}).get(DutyKind.STATION_MANAGER) if home.station_id else None
    return leader or manager or uow.actor.user_id


def _check_commander(uow: UnitOfWork, region_id: UUID, commander_id: UUID) -> UUID:
    person = accounts.contacts_of(uow, [commander_id]).get(commander_id)
    if person is None or not person.active or person.region_id not in (None, region_id):
        raise errors.COMMANDER_UNKNOWN(path="/commander_id")
    return commander_id


def _affected(uow: UnitOfWork, zones: Collection[UUID], said: int | None) -> int:
    return sum(territory.subscribers_of(uow, zones).values()) if said is None else said


def _store_zones(uow: UnitOfWork, incident_id: UUID, zones: Mapping[UUID, Places]) -> None:
    rows = [
        {
            "incident_id": incident_id,
            "zone_id": zone_id,
            "region_id": places.region_id,
            "station_id": places.station_id,
            "group_id": places.group_id,
        }
        for zone_id, places in zones.items()
    ]
    insert_rows(uow.session, IncidentZone, rows, on_conflict="(incident_id, zone_id) DO NOTHING")


def step(
    uow: UnitOfWork,
    *,
    incident_id: UUID,
    step: Step,
    text: str | None = None,
    open_children: OpenChildren | None = None,
    after_action: AfterAction | None = None,
    next_update_at: datetime | None = None,
    command_id: UUID | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Take an incident to its next state, with all that follows for its orders, and tell those concerned (not of its closing).

    Raises:
        NotFound (incident.unknown); Forbidden (incident.not_allowed); Stale (stale).
        Conflict (incident.command_reused); Invalid (incident.update_time).
        and what `lifecycle.decide` raises.
    """
    data = {
        "open_children": open_children,
        "after_action": None if after_action is None else asdict(after_action),
        "next_update_at": next_update_at,
    }
    entry = entry_of(uow, incident_id, step.value, command_id, text, data)
    incident = open_incident(uow, incident_id)
    again = answered_before(uow, entry)
    if again is not None:
        return again
    if expected_version is not None and expected_version != incident.version:
        raise kernel_errors.STALE(f"the incident is at version {incident.version}")
    orders = linked_orders(uow, incident_id)
    waiting = [one.id for one in orders.values() if one.status not in DONE_WORDS]
    state = decide(State(incident.state), step, open_orders=len(waiting), children=open_children, summary=after_action)
    check_promise(uow, next_update_at)
    changes: dict[str, Any] = {"state": state.value}
    if step is Step.REOPEN:
        changes |= dict.fromkeys(STAMPS.values())
    else:
        changes[STAMPS[state]] = uow.now
    if state not in UNDER_WAY or next_update_at is not None:
        changes |= promise(next_update_at if state in UNDER_WAY else None)
    if after_action is not None:
        changes["after_action"] = asdict(after_action)
    if step is Step.RESOLVE and open_children is OpenChildren.RESOLVE:
        finish_open(uow, incident, waiting)
    outcome = write(uow, incident, entry, **changes)
    announce_orders(uow, list(orders))
    if step is not Step.CLOSE:
        uow.session.refresh(incident)
        tell_staff(uow, incident, step.value, entry.id, text)
    return outcome


def change(
    uow: UnitOfWork,
    *,
    incident_id: UUID,
    command_id: UUID | None = None,
    expected_version: int | None = None,
    reason: str | None = None,
    **wanted: Any,
) -> Outcome:
    """Change what is known of an incident: `title`, `severity`, `commander_id`, `affected_customers`; only what is given.

    Raises:
        NotFound (incident.unknown); Forbidden (incident.not_allowed); Stale (stale).
        Conflict (incident.illegal): it is closed; Conflict (incident.command_reused); Invalid (incident.commander_unknown).
    """
    said = {name: None if value is None else str(value) for name, value in wanted.items()}
    entry = entry_of(uow, incident_id, "change", command_id, reason, said)
    incident = open_incident(uow, incident_id)
    again = answered_before(uow, entry)
    if again is not None:
        return again
    if expected_version is not None and expected_version != incident.version:
        raise kernel_errors.STALE(f"the incident is at version {incident.version}")
    if incident.state == State.CLOSED.value:
        raise errors.ILLEGAL("the incident is closed", state_now=incident.state)
    changes: dict[str, Any] = {}
    if wanted.get("title") is not None:
        changes["title"] = line(wanted["title"], longest=200, path="/title")
    if wanted.get("severity") is not None:
        changes["severity"] = Severity(wanted["severity"]).value
    if wanted.get("commander_id") is not None:
        changes["commander_id"] = _check_commander(uow, incident.region_id, wanted["commander_id"])
    if wanted.get("affected_customers") is not None:
        changes |= {"affected_customers": wanted["affected_customers"], "affected_estimated": False}
    outcome = write(uow, incident, entry, **changes)
    announce_orders(uow, list(linked_orders(uow, incident_id)))
    return outcome


def post_update(
    uow: UnitOfWork,
    *,
    incident_id: UUID,
    text: str,
    next_update_at: datetime | None = None,
    staff: bool = True,
    customers: bool = False,
    command_id: UUID | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Tell those concerned how an incident stands, keep it in its log, and promise the next news (None: none is promised).

    Raises:
        NotFound (incident.unknown); Forbidden (incident.not_allowed); Stale (stale).
        Conflict (incident.illegal): it is closed; Conflict (incident.command_reused); Invalid (incident.update_time).
    """
    data = {"next_update_at": next_update_at, "staff": staff, "customers": customers}
    entry = entry_of(uow, incident_id, "progress", command_id, text, data)
    incident = open_incident(uow, incident_id)
    again = answered_before(uow, entry)
    if again is not None:
        return again
    if expected_version is not None and expected_version != incident.version:
        raise kernel_errors.STALE(f"the incident is at version {incident.version}")
    if incident.state == State.CLOSED.value:
        raise errors.ILLEGAL("the incident is closed", state_now=incident.state)
    check_promise(uow, next_update_at)
    outcome = write(uow, incident, entry, **promise(next_update_at))
    uow.session.refresh(incident)
    if staff:
        tell_staff(uow, incident, "progress", entry.id, text)
    announce_orders(uow, list(linked_orders(uow, incident_id)))
    return outcome
