"""The reasons and the rules of regions: what they are, what may be asked about them, and how a region sets its own."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.policies import queries as policies
from dispatch.territory import queries as territory
from dispatch.texts import line
from dispatch.work_orders import errors
from dispatch.work_orders.models import OrderReason
from dispatch.work_orders.reasons import OTHER, Catalogue, Reason, ReasonKind
from dispatch.work_orders.rules import SUBJECT, OrderRules, dump_rules, read_rules
from dispatch.work_orders.surroundings import RegionRules
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.by_ids import ByIds
from kernel.change_feed import Change, scope_of
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import Reading, UnitOfWork

COLLECTION = "order_rules"
"""The collection of the feed in which phones get the reasons and rules of their region; the document's id is the region's."""
DECIDERS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})


def rules_of(reading: Reading, region_ids: Collection[UUID]) -> dict[UUID, RegionRules]:
    """Return what regions decide about their orders now, without a scope of its own: for orders in hand. Two statements."""
    decided = policies.rules_at(reading, region_ids, SUBJECT, reading.now)
    rules = {region_id: read_rules(document) for region_id, document in decided.items()}
    own: dict[UUID, list[Reason]] = {}
    for found in _REASONS.rows(reading.session, region_ids):
        own.setdefault(found.region_id, []).append(Reason(ReasonKind(found.kind), *found[2:]))
    return {
        region_id: RegionRules(rules.get(region_id, OrderRules()), Catalogue.of(own.get(region_id, ())))
        for region_id in region_ids
    }


_REASONS = ByIds(
    select(OrderReason.region_id, *(getattr(OrderReason, name) for name in Reason.__dataclass_fields__)).order_by(
        OrderReason.kind, OrderReason.code
    ),
    OrderReason.region_id,
)


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
        Invalid (invalid, work_order.reason_fixed), with the path: `other` always stays, as what nobody knows goes there.
    """
    _check_decider(uow, region_id)
    if reason.code == OTHER and (not reason.active or reason.needs_evidence):
        raise errors.REASON_FIXED(path="/active")
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
    tell_phones(uow, region_id)


def check_rules(uow: UnitOfWork, region_id: UUID, rules: Mapping[str, Any]) -> None:
    """Read the rules that a region is about to set, and tell its phones. Raises Invalid (policy.rules_wrong) with the path."""
    read_rules(rules)
    tell_phones(uow, region_id)


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


def tell_phones(uow: UnitOfWork, region_id: UUID) -> None:
    """Send the reasons and rules of a region to all its phones again."""
    uow.announce([Change(region_id, scope_of("region", region_id), COLLECTION, str(region_id))])
