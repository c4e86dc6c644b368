"""The reasons and the rules of regions: what they are, what may be asked about them, and how a region sets its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from dispatch.territory import queries as territory
from dispatch.texts import line
from dispatch.work_orders import errors
from dispatch.work_orders.models import OrderPolicy, OrderReason
from dispatch.work_orders.reasons import OTHER, Catalogue, Reason, ReasonKind
from dispatch.work_orders.rules import OrderRules, check_rules, dump_rules, read_rules
from dispatch.work_orders.surroundings import RegionRules
from kernel.actor import Role
from kernel.change_feed import Change, scope_of
from kernel.database import Page, insert_rows, read_page
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import Reading, UnitOfWork

COLLECTION = "order_rules"
"""The collection of the feed in which phones get the reasons and rules of their region; the document's id is the region's."""
DECIDERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """The rules of a region from a moment on."""

    id: UUID
    effective_from: datetime
    rules: OrderRules


def rules_of(reading: Reading, region_ids: Collection[UUID]) -> dict[UUID, RegionRules]:
    """Return what regions decide about their orders now, without a scope of its own: for orders in hand. Two statements."""
    rules: dict[UUID, OrderRules] = {}
    newest = (
        func.row_number()
        .over(partition_by=OrderPolicy.region_id, order_by=(OrderPolicy.effective_from.desc(), OrderPolicy.id.desc()))
        .label("nth")
    )
    ranked = (
        select(OrderPolicy.region_id, OrderPolicy.rules, newest)
        .where(OrderPolicy.region_id.in_(region_ids), OrderPolicy.effective_from <= reading.now)
        .subquery()
    )
    for row in reading.session.execute(select(ranked.c.region_id, ranked.c.rules).where(ranked.c.nth == 1)):
        rules[row.region_id] = read_rules(row.rules)
    own: dict[UUID, list[Reason]] = {}
    columns = (getattr(OrderReason, name) for name in Reason.__dataclass_fields__)
    for found in reading.session.execute(
        select(OrderReason.region_id, *columns)
        .where(OrderReason.region_id.in_(region_ids))
        .order_by(OrderReason.kind, OrderReason.code)
    ):
        own.setdefault(found.region_id, []).append(Reason(ReasonKind(found.kind), *found[2:]))
    return {
        region_id: RegionRules(rules.get(region_id, OrderRules()), Catalogue.of(own.get(region_id, ())))
        for region_id in region_ids
    }


def reasons(reading: Reading, region_id: UUID, kind: ReasonKind | None = None) -> tuple[Reason, ...]:
    """Return the reasons of a region by kind and code; of a region that is not the caller's there are none."""
    if region_id != reading.actor.region_id and not reading.actor.scope.covers(region_id=region_id):
        return ()
    known = rules_of(reading, [region_id])[region_id].catalogue.reasons.values()
    wanted = [one for one in known if kind is None or one.kind is kind]
    return tuple(sorted(wanted, key=lambda one: (one.kind, one.code == OTHER, one.code)))


def set_reason(uow: UnitOfWork, *, region_id: UUID, reason: Reason) -> None:
    """Add a reason to a region, or change it, also one of the product's; phones learn of it.

    Raises:
        NotFound (territory.region_unknown): not in the actor's scope.
        Forbidden (forbidden): not of the region's operations.
        Invalid (invalid, work_order.rules_wrong), with the path: `other` always stays, as what nobody knows goes there.
    """
    _check_decider(uow, region_id)
    if reason.code == OTHER and (not reason.active or reason.needs_evidence):
        raise errors.RULES_WRONG("`other` stays, and takes no evidence", path="/active")
    row = {
        "region_id": region_id,
        "kind": reason.kind.value,
        "code": line(reason.code, longest=48, path="/code"),
        "label": line(reason.label, longest=80, path="/label"),
        "label_en": line(reason.label_en, longest=80, path="/label_en"),
        "active": reason.active,
        "needs_evidence": reason.needs_evidence,
        "updated_at": uow.now,
    }
    names = ("label", "label_en", "active", "needs_evidence", "updated_at")
    update = ", ".join(f"{name} = excluded.{name}" for name in names)
    insert_rows(uow.session, OrderReason, [row], on_conflict=f"(region_id, kind, code) DO UPDATE SET {update}")
    _tell_phones(uow, region_id)


def page_of_policies(
    reading: Reading, *, region_id: UUID, limit: int, after: Sequence[Any] | None = None
) -> Page[PolicyRow]:
    """Return one page of a region's rules, the latest first; the key is (effective_from, id). Others' there are none."""
    scope = reading.actor.scope
    mine = region_id == reading.actor.region_id
    seen = OrderPolicy.region_id == region_id if mine else scope.sees(region=OrderPolicy.region_id)
    page: Page[Any] = read_page(
        reading.session,
        select(OrderPolicy.id, OrderPolicy.effective_from, OrderPolicy.rules).where(
            OrderPolicy.region_id == region_id, seen
        ),
        key=(OrderPolicy.effective_from, OrderPolicy.id),
        limit=limit,
        after=after,
    )
    return Page(tuple(PolicyRow(row.id, row.effective_from, read_rules(row.rules)) for row in page.items), page.after)


def set_rules(uow: UnitOfWork, *, region_id: UUID, rules: OrderRules, effective_from: datetime | None = None) -> UUID:
    """Set the rules of a region from a moment on (None: now), and return their id.

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden); Invalid (work_order.rules_wrong), with the path.
    """
    _check_decider(uow, region_id)
    check_rules(rules)
    begins = effective_from or uow.now
    if begins < uow.now:
        raise errors.RULES_WRONG("rules begin now or later", path="/effective_from")
    key = uow.new_id()
    row = {"id": key, "region_id": region_id, "effective_from": begins, "rules": dump_rules(rules)}
    insert_rows(uow.session, OrderPolicy, [row])
    _tell_phones(uow, region_id)
    return key


def rules_documents(reading: Reading, ids: Collection[UUID]) -> dict[str, dict[str, Any]]:
    """Return the reasons and rules of the caller's region, as phones get them."""
    region_id = reading.actor.region_id
    if region_id is None or region_id not in ids:
        return {}
    known = rules_of(reading, [region_id])[region_id]
    kinds = {
        kind.value: [
            {"code": one.code, "label": one.label, "label_en": one.label_en, "needs_evidence": one.needs_evidence}
            for one in known.catalogue.of_kind(kind)
            if one.active
        ]
        for kind in ReasonKind
    }
    return {str(region_id): {"id": region_id, "reasons": kinds, "rules": dump_rules(known.rules)}}


def _check_decider(uow: UnitOfWork, region_id: UUID) -> None:
    territory.region(uow, region_id)
    if uow.actor.roles_over(region_id, None, None, None).isdisjoint(DECIDERS):
        raise FORBIDDEN()


def _tell_phones(uow: UnitOfWork, region_id: UUID) -> None:
    uow.announce([Change(region_id, scope_of("region", region_id), COLLECTION, str(region_id))])
