"""Finds what is over by the rules of a region, counts it, and erases it, some at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, update

from dispatch.policies import queries as policies
from dispatch.requests.progress import OPEN
from dispatch.work_orders.lifecycle import TERMINAL
from kernel.unit_of_work import Reading, UnitOfWork
from sync.erasure.erasing import Belongings, belongings_of, drop_files, erase, table
from sync.erasure.models import LegalHold
from sync.erasure.policy import SUBJECT, Kind, RetentionPolicy, read_policy
from sync.erasure.rules import RULES, Whose
from sync.erasure.scrubbing import ERASED
from sync.erasure.service import WAITING, erase_all
from sync.ingest.models import Op

REASON = "retention"
_REQUESTS = tuple(rule for rule in RULES if rule.whose is Whose.REQUEST)


@dataclass(frozen=True, slots=True)
class Due:
    """What is over in a region by its rules: how many of a kind, and since when (None: that kind is kept)."""

    kind: Kind
    days: int
    before: datetime | None
    count: int


def policy_at(reading: Reading, region_id: UUID, at: datetime) -> RetentionPolicy:
    """Return what a region decided, as of a moment; everything is kept where it decided nothing."""
    return read_policy(policies.rules_at(reading, [region_id], SUBJECT, at).get(region_id, {}))


def report(reading: Reading, region_id: UUID) -> tuple[Due, ...]:
    """Count what the next round erases in a region, for each kind. Nothing is changed."""
    policy = policy_at(reading, region_id, reading.now)
    found = []
    for kind in Kind:
        before = policy.before(kind, reading.now)
        number = 0
        if before is not None:
            over = _DUE[kind](region_id, before).subquery()
            number = reading.session.scalar(select(func.count()).select_from(over)) or 0
        found.append(Due(kind, policy.days[kind], before, number))
    return tuple(found)


def erase_due(uow: UnitOfWork, *, region_id: UUID, kind: Kind, limit: int) -> int:
    """Erase what is over of one kind in a region, the oldest first, as many as `limit`; returns how many there were."""
    before = policy_at(uow, region_id, uow.now).before(kind, uow.now)
    if before is None:
        return 0
    ids = list(uow.session.scalars(_DUE[kind](region_id, before).limit(limit)))
    if ids:
        _ERASE[kind](uow, region_id, ids)
    return len(ids)


def regions_with_rules(reading: Reading) -> list[UUID]:
    """Return the regions that decided how long something is kept."""
    regions = reading.session.scalars(select(table("regions").c.id).order_by(table("regions").c.id)).all()
    return sorted(policies.rules_at(reading, regions, SUBJECT, reading.now))


def _is_held(customer_id: Any) -> ColumnElement[bool]:
    return select(LegalHold.id).where(LegalHold.customer_id == customer_id, LegalHold.lifted_at.is_(None)).exists()


def _ended(orders: Any) -> Any:
    return func.coalesce(orders.closed_at, orders.completed_at, orders.updated_at)


def _customers(region_id: UUID, before: datetime) -> Select[Any]:
    """Customers of whom nothing is open or held, and with whom nothing happened since."""
    rows, sites = table("customers").c, table("sites").c
    orders, requests = table("work_orders").c, table("service_requests").c
    theirs = or_(
        orders.customer_id == rows.id, orders.site_id.in_(select(sites.id).where(sites.customer_id == rows.id))
    )
    living = select(orders.id).where(theirs, or_(orders.status.not_in(sorted(TERMINAL)), _ended(orders) >= before))
    asking = select(requests.id).where(
        requests.customer_id == rows.id,
        or_(requests.state.in_([state.value for state in OPEN]), requests.received_at >= before),
    )
    waiting = select(Op.op_id).where(Op.subject_id.in_(select(orders.id).where(theirs)), Op.state.in_(WAITING))
    return (
        select(rows.id)
        .where(rows.region_id == region_id, rows.erased_at.is_(None), rows.created_at < before)
        .where(~_is_held(rows.id), ~living.exists(), ~asking.exists(), ~waiting.exists())
        .order_by(rows.id)
    )


def _requests(region_id: UUID, before: datetime) -> Select[Any]:
    """Reports that ended, whose contact is still there."""
    rows = table("service_requests").c
    return (
        select(rows.id)
        .where(
            rows.region_id == region_id,
            rows.state.not_in([state.value for state in OPEN]),
            func.coalesce(rows.closed_at, rows.resolved_at, rows.received_at) < before,
            rows.title != ERASED,
            or_(rows.customer_id.is_(None), ~_is_held(rows.customer_id)),
        )
        .order_by(rows.id)
    )


def _media(region_id: UUID, before: datetime) -> Select[Any]:
    """Orders that ended, whose photos or signatures are still here."""
    rows, media = table("work_orders").c, table("media_files").c
    here = select(media.id).where(media.work_order_id == rows.id, media.erased_at.is_(None), media.digest.is_not(None))
    return (
        select(rows.id)
        .where(rows.region_id == region_id, rows.status.in_(sorted(TERMINAL)), _ended(rows) < before, here.exists())
        .where(or_(rows.customer_id.is_(None), ~_is_held(rows.customer_id)))
        .order_by(rows.id)
    )


def _notices(region_id: UUID, before: datetime) -> Select[Any]:
    rows = table("notifications").c
    return (
        select(rows.id)
        .where(rows.region_id == region_id, rows.created_at < before, rows.title != ERASED)
        .order_by(rows.id)
    )


def _sign_ins(region_id: UUID, before: datetime) -> Select[Any]:
    rows, users = table("login_sessions").c, table("users").c
    told = or_(rows.address.is_not(None), rows.agent.is_not(None))
    return (
        select(rows.id)
        .where(rows.seen_at < before, told)
        .where(rows.user_id.in_(select(users.id).where(users.region_id == region_id)))
        .order_by(rows.id)
    )


def _erase_customers(uow: UnitOfWork, region_id: UUID, ids: list[UUID]) -> None:
    for customer_id in ids:
        erase_all(uow, region_id, customer_id, belongings_of(uow, [customer_id]), REASON)


def _erase_requests(uow: UnitOfWork, _region_id: UUID, ids: list[UUID]) -> None:
    erase(uow, Belongings({Whose.REQUEST: ids}), _REQUESTS)


def _erase_media(uow: UnitOfWork, _region_id: UUID, ids: list[UUID]) -> None:
    drop_files(uow, ids)


def _overwrite(name: str, values: Mapping[str, Any]) -> Callable[[UnitOfWork, UUID, list[UUID]], None]:
    def act(uow: UnitOfWork, _region_id: UUID, ids: list[UUID]) -> None:
        rows = table(name)
        uow.session.connection().execute(update(rows).where(rows.c.id.in_(ids)).values(values))

    return act


_DUE: Mapping[Kind, Callable[[UUID, datetime], Select[Any]]] = {
    Kind.CUSTOMERS: _customers,
    Kind.REQUESTS: _requests,
    Kind.MEDIA: _media,
    Kind.NOTICES: _notices,
    Kind.SIGN_INS: _sign_ins,
}
_ERASE: Mapping[Kind, Callable[[UnitOfWork, UUID, list[UUID]], None]] = {
    Kind.CUSTOMERS: _erase_customers,
    Kind.REQUESTS: _erase_requests,
    Kind.MEDIA: _erase_media,
    Kind.NOTICES: _overwrite("notifications", {"title": ERASED, "body": ERASED}),
    Kind.SIGN_INS: _overwrite("login_sessions", {"address": None, "agent": None}),
}


def needed_still(reading: Reading, digests: list[str]) -> set[str]:
    """Return those of these files that something else still shows."""
    media, reports = table("media_files").c, table("service_reports").c
    pictures = table("template_pictures").c
    found: set[str] = set()
    for column in (media.digest, media.small_digest, media.medium_digest):
        found.update(reading.session.scalars(select(column).where(column.in_(digests), media.erased_at.is_(None))))
    for column in (reports.file_digest, pictures.digest):
        found.update(reading.session.scalars(select(column).where(column.in_(digests))))
    return found
