"""What can be done about customers' data: erase all of one, and forbid or allow that."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from dispatch.customers import queries as customers
from dispatch.customers.events import CustomerChanged, SiteChanged
from dispatch.requests.progress import OPEN
from dispatch.texts import line
from dispatch.work_orders.briefs import announce_orders
from dispatch.work_orders.lifecycle import TERMINAL
from kernel.actor import Role
from kernel.audit.acts import Act, ActKind
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import Reading, UnitOfWork
from sync.erasure import errors
from sync.erasure.erasing import (
    Belongings,
    belongings_of,
    count,
    drop_files,
    erase,
    forget_addresses,
    mark_notices,
    table,
)
from sync.erasure.models import Erasure, LegalHold
from sync.erasure.noting import note_erased
from sync.erasure.rules import Whose
from sync.ingest.models import Op, OpState

DECIDERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who erases and holds, over the whole region."""
WAITING = tuple(state.value for state in (OpState.PENDING, OpState.HELD, OpState.QUARANTINED))


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows of which tables were erased, or would be, and how many stored files."""

    customer_id: UUID
    dry_run: bool
    rows: dict[str, int]
    files: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nothing of a customer is erased."""

    customer_id: UUID
    reason: str
    set_by: UUID
    set_at: datetime


def erase_customer(uow: UnitOfWork, *, customer_id: UUID, reason: str, dry_run: bool = False) -> Erased:
    """Erase a customer's data everywhere, for good; or count what would be, and change nothing.

    What stays is named by ADR 20: figures, service clocks, fees, digests of what was signed, and who did what when.

    Raises:
        NotFound (customers.unknown); Forbidden (forbidden): not in charge of the region; Invalid (invalid) with the path;
        Conflict (erasure.held, erasure.order_open, erasure.ops_waiting): their data are still needed.
    """
    region_id = region_in_charge(uow, customer_id)
    why = line(reason, longest=300, path="/reason")
    if hold_on(uow, customer_id) is not None:
        raise errors.HELD()
    belongings = belongings_of(uow, [customer_id])
    check_over(uow, belongings)
    if dry_run:
        return Erased(customer_id, True, count(uow, belongings), _count_files(uow, belongings))
    return erase_all(uow, region_id, customer_id, belongings, why)


def erase_all(uow: UnitOfWork, region_id: UUID, customer_id: UUID, belongings: Belongings, reason: str) -> Erased:
    """Erase a customer of whom nothing is needed any more."""
    order_ids = belongings.of(Whose.ORDER)
    forget_addresses(uow, region_id, [customer_id])
    notices = mark_notices(uow, region_id, belongings)
    rows = erase(uow, belongings) | ({"notifications": notices} if notices else {})
    files = drop_files(uow, order_ids)
    rows_of = table("customers")
    uow.session.connection().execute(update(rows_of).where(rows_of.c.id == customer_id).values(erased_at=uow.now))
    note = {
        "id": uow.new_id(),
        "region_id": region_id,
        "customer_id": customer_id,
        "reason": reason,
        "erased_by": uow.actor.user_id,
        "erased_at": uow.now,
        "counts": {**rows, "files": files},
    }
    insert_rows(uow.session, Erasure, [note])
    told = {"erased": {**rows, "files": files}}
    uow.record(
        Act(
            ActKind.COMMAND,
            region_id=region_id,
            subject_id=customer_id,
            subjects=frozenset([customer_id]),
            details=told,
        )
    )
    # Whoever still holds one of them on a phone gets it again, as it is now.
    announce_orders(uow, order_ids)
    uow.publish(CustomerChanged(customer_id, region_id))
    sites = table("sites")
    for site_id in uow.session.scalars(select(sites.c.id).where(sites.c.customer_id == customer_id)):
        uow.publish(SiteChanged(site_id, region_id))
    return Erased(customer_id, False, rows, files)


def check_over(uow: UnitOfWork, belongings: Belongings) -> None:
    """Refuse while an order or a report is open, or something that phones handed in about one waits.

    Raises Conflict (erasure.order_open, erasure.ops_waiting).
    """
    orders, requests = table("work_orders"), table("service_requests")
    living = select(orders.c.number).where(
        orders.c.id.in_(belongings.of(Whose.ORDER)), orders.c.status.not_in(sorted(TERMINAL))
    )
    asking = select(requests.c.external_ref).where(
        requests.c.id.in_(belongings.of(Whose.REQUEST)), requests.c.state.in_([state.value for state in OPEN])
    )
    numbers = [number for which in (living, asking) for number in uow.session.scalars(which.limit(10))]
    if numbers:
        raise errors.ORDER_OPEN(", ".join(numbers))
    waiting = select(Op.op_id).where(Op.subject_id.in_(belongings.of(Whose.ORDER)), Op.state.in_(WAITING))
    if uow.session.scalars(waiting.limit(1)).first() is not None:
        raise errors.OPS_WAITING()


def _count_files(reading: Reading, belongings: Belongings) -> int:
    media = table("media_files")
    here = media.c.work_order_id.in_(belongings.of(Whose.ORDER)) & media.c.erased_at.is_(None)
    return len(reading.session.scalars(select(media.c.digest).where(here, media.c.digest.is_not(None))).all())


def hold(uow: UnitOfWork, *, customer_id: UUID, reason: str) -> Hold:
    """Forbid that anything of a customer is erased; with another reason where that is forbidden already.

    Raises NotFound (customers.unknown), Forbidden (forbidden), Invalid (invalid) with the path.
    """
    region_id = region_in_charge(uow, customer_id)
    why = line(reason, longest=300, path="/reason")
    _lift(uow, customer_id)
    row = {
        "id": uow.new_id(),
        "region_id": region_id,
        "customer_id": customer_id,
        "reason": why,
        "set_by": uow.actor.user_id,
        "set_at": uow.now,
        "lifted_by": None,
        "lifted_at": None,
    }
    insert_rows(uow.session, LegalHold, [row])
    return Hold(customer_id, why, uow.actor.user_id, uow.now)


def lift(uow: UnitOfWork, *, customer_id: UUID) -> None:
    """Allow again that a customer's data are erased; what came in of one who was erased before is erased now.

    Raises NotFound (customers.unknown, erasure.not_held), Forbidden (forbidden).
    """
    region_id = region_in_charge(uow, customer_id)
    if not _lift(uow, customer_id):
        raise errors.NOT_HELD()
    rows = table("customers")
    if uow.session.scalar(select(rows.c.erased_at).where(rows.c.id == customer_id)) is not None:
        note_erased(uow, [(region_id, customer_id)])


def hold_of(reading: Reading, customer_id: UUID) -> Hold:
    """Return the hold on a customer. Raises NotFound (customers.unknown, erasure.not_held), Forbidden (forbidden)."""
    region_in_charge(reading, customer_id, lock=False)
    found = hold_on(reading, customer_id)
    if found is None:
        raise errors.NOT_HELD()
    return found


def held(reading: Reading, customer_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these customers of whom nothing may be erased."""
    return set(
        reading.session.scalars(
            select(LegalHold.customer_id).where(LegalHold.customer_id.in_(customer_ids), LegalHold.lifted_at.is_(None))
        )
    )


def hold_on(reading: Reading, customer_id: UUID) -> Hold | None:
    """Return the hold on a customer, without a scope, or None."""
    columns = (LegalHold.customer_id, LegalHold.reason, LegalHold.set_by, LegalHold.set_at)
    row = reading.session.execute(
        select(*columns).where(LegalHold.customer_id == customer_id, LegalHold.lifted_at.is_(None))
    ).one_or_none()
    return None if row is None else Hold(*row)


def _lift(uow: UnitOfWork, customer_id: UUID) -> bool:
    held_now = select(LegalHold.id).where(LegalHold.customer_id == customer_id, LegalHold.lifted_at.is_(None))
    key = uow.session.scalar(held_now.with_for_update())
    if key is None:
        return False
    uow.session.execute(
        update(LegalHold).where(LegalHold.id == key).values(lifted_by=uow.actor.user_id, lifted_at=uow.now)
    )
    return True


def region_in_charge(reading: Reading, customer_id: UUID, *, lock: bool = True) -> UUID:
    """Return the region of a customer in scope, over which the actor has to be in charge; `lock` the customer's row.

    Raises NotFound (customers.unknown), Forbidden (forbidden).
    """
    customers.customer(reading, customer_id)
    rows = table("customers")
    found = select(rows.c.region_id).where(rows.c.id == customer_id)
    region_id: UUID = reading.session.execute(found.with_for_update() if lock else found).scalar_one()
    if reading.actor.roles_over(region_id, None, None, None).isdisjoint(DECIDERS):
        raise FORBIDDEN()
    return region_id
