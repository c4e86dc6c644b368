"""What can be done with service-level policies and working calendars: set them from a moment on, add the notices of a year."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.sla import errors
from dispatch.sla.calendar_document import PublicHolidays, read_calendar, read_notice
from dispatch.sla.clock import ClockStatus
from dispatch.sla.deadline import DEFAULTS, Priority, Targets, check_targets
from dispatch.sla.models import ClockEventRow, SlaClock, SlaPolicy, WorkingCalendar
from dispatch.sla.policies import Policy
from dispatch.sla.policy_rules import PolicyRules, check_rules, dump_rules
from dispatch.sla.queries import calendar_of_region, in_sight, policy_history
from dispatch.territory import piloting
from dispatch.territory import queries as territory
from dispatch.territory.pilot_events import PilotStarting
from dispatch.territory.pilots import PilotKind
from kernel.actor import Role
from kernel.bulk import insert_rows, update_rows
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork

EVER_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When the defaults begin, so that imported history has a policy, too."""

DECIDERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who decides, over the whole region, what it promises."""


@dataclass(frozen=True, slots=True)
class Trial:
    """In which zones a new policy is tried first, and why."""

    zone_ids: tuple[UUID, ...]
    reason: str


def start_with_defaults(uow: UnitOfWork, region_id: UUID) -> None:
    """Give a region the default policy of every tier that has none yet; harmless when it has all.

    Raises NotFound (territory.region_unknown), Forbidden (forbidden).
    """
    _check_decider(uow, region_id)
    present = policy_history(uow, region_id).tiers
    policies = [
        Policy(uow.new_id(), priority, targets, EVER_SINCE)
        for priority, targets in DEFAULTS.items()
        if priority not in present
    ]
    insert_rows(uow.session, SlaPolicy, [_row(region_id, policy) for policy in policies])


def set_policy(
    uow: UnitOfWork,
    *,
    region_id: UUID,
    priority: Priority,
    targets: Targets,
    effective_from: datetime | None = None,
    work_type: str | None = None,
    customer_class: str | None = None,
    calendar_id: UUID | None = None,
    rules: PolicyRules | None = None,
    trial: Trial | None = None,
) -> UUID:
    """Set the times of a tier from a moment on (None: now), and return the policy's id; orders keep those they began with.

    With a `trial` it counts in the pilot zones only, until that is rolled out.

    With a work type or a customer class (`vip`) the policy is for those only. Without a calendar its clocks run round the
    clock. Set as it is already from that moment on, nothing changes.

    Raises:
        NotFound (territory.region_unknown, sla.calendar_unknown); Forbidden (forbidden);
        Invalid (sla.targets_wrong, sla.rules_wrong, sla.in_the_past), with the path; what `piloting.start_pilot` raises.
    """
    _check_decider(uow, region_id)
    check_targets(targets)
    begins = effective_from or uow.now
    if begins < uow.now:
        raise errors.IN_THE_PAST(path="/effective_from")
    wanted = Policy(
        uow.new_id(),
        priority,
        targets,
        begins,
        work_type,
        customer_class,
        calendar_id,
        rules or PolicyRules(),
    )
    check_rules(wanted.rules)
    if calendar_id is not None:
        calendar_of_region(uow, region_id, calendar_id)
    present = policy_history(uow, region_id).in_force(priority, begins, work_type, customer_class)
    if trial is None and present is not None and replace(present, id=wanted.id, effective_from=begins) == wanted:
        return present.id
    insert_rows(uow.session, SlaPolicy, [_row(region_id, wanted)])
    if trial is not None:
        piloting.start_pilot(
            uow,
            region_id=region_id,
            kind=PilotKind.SLA_POLICY,
            subject=str(wanted.id),
            zone_ids=trial.zone_ids,
            reason=trial.reason,
            path="/trial",
        )
    return wanted.id


def on_pilot_starting(uow: UnitOfWork, event: PilotStarting) -> None:
    """Refuse to try a policy that the region does not have. Raises Invalid (sla.policy_unknown) with the path."""
    if event.kind is not PilotKind.SLA_POLICY:
        return
    known = select(SlaPolicy.id).where(SlaPolicy.region_id == event.region_id)
    if event.subject not in {str(key) for key in uow.session.scalars(known)}:
        raise errors.POLICY_UNKNOWN(path="/subject")


def _check_decider(uow: UnitOfWork, region_id: UUID) -> None:
    territory.region(uow, region_id)
    if uow.actor.roles_over(region_id, None, None, None).isdisjoint(DECIDERS):
        raise FORBIDDEN()


def _row(region_id: UUID, policy: Policy) -> dict[str, object]:
    return {
        "id": policy.id,
        "region_id": region_id,
        "priority": policy.priority.value,
        **asdict(policy.targets),
        "effective_from": policy.effective_from,
        "work_type": policy.work_type,
        "customer_class": policy.customer_class,
        "calendar_id": policy.calendar_id,
        "rules": dump_rules(policy.rules),
    }


def add_calendar(uow: UnitOfWork, *, region_id: UUID, code: str, name: str, document: Mapping[str, Any]) -> UUID:
    """Add a working calendar to a region, and return its id; see `calendar_document.read_calendar` for the document.

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden);
        Invalid (sla.calendar_wrong), with the path; Conflict (sla.calendar_taken).
    """
    _check_decider(uow, region_id)
    read_calendar(name, document)
    key = uow.new_id()
    row = {
        "id": key,
        "region_id": region_id,
        "code": code,
        "name": name,
        "document": document,
        "version": 1,
        "created_at": uow.now,
        "updated_at": uow.now,
    }
    added = insert_rows(
        uow.session, WorkingCalendar, [row], on_conflict="(region_id, code) DO NOTHING", returning=["id"]
    )
    if not added:
        raise errors.CALENDAR_TAKEN(path="/code")
    return key


def add_notice(uow: UnitOfWork, *, calendar_id: UUID, notice: Mapping[str, Any]) -> int:
    """Give a calendar the notice of a year, in place of one it had, and return the calendar's version.

    Clocks that wait for the notice are looked at again by the next sweep; breaches that are settled stay.

    Raises:
        NotFound (sla.calendar_unknown); Forbidden (forbidden); Invalid (sla.calendar_wrong), with the path.
    """
    row = uow.session.execute(
        select(WorkingCalendar.region_id, WorkingCalendar.document, WorkingCalendar.version)
        .where(WorkingCalendar.id == calendar_id, in_sight(uow, WorkingCalendar.region_id))
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise errors.CALENDAR_UNKNOWN()
    _check_decider(uow, row.region_id)
    if row.document.get("holidays") in (None, PublicHolidays.NONE.value):
        raise errors.CALENDAR_WRONG("this calendar has no public holidays", path="/year")
    year, days = read_notice(notice)
    document = {**row.document, "notices": {**(row.document.get("notices") or {}), str(year): days}}
    changed = {"id": calendar_id, "document": document, "version": row.version + 1, "updated_at": uow.now}
    update_rows(uow.session, WorkingCalendar, [changed], key=["id"])
    of_calendar = select(ClockEventRow.work_order_id).join(SlaPolicy, SlaPolicy.id == ClockEventRow.policy_id)
    uow.session.execute(
        update(SlaClock)
        .where(
            SlaClock.status.in_([ClockStatus.RUNNING.value, ClockStatus.PAUSED.value]),
            SlaClock.work_order_id.in_(of_calendar.where(SlaPolicy.calendar_id == calendar_id)),
        )
        .values(next_look_at=uow.now)
        .execution_options(synchronize_session=False)
    )
    return int(row.version) + 1
