"""The collections a phone can pull, and how the newest document of each is read, as far as the caller may see it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from checklists.review import queries as reviews
from checklists.runs import queries as runs
from checklists.runs.surroundings import shown_times
from checklists.templates import queries as templates
from dispatch.accounts import queries as accounts
from dispatch.assignment import offer_queries as offers
from dispatch.consultations import queries as consultations
from dispatch.fees import queries as fees
from dispatch.incidents import queries as incidents
from dispatch.people import daily
from dispatch.territory import answering
from dispatch.work_orders import catalogue
from dispatch.work_orders import queries as work_orders
from kernel.database import id_list, is_listed, is_postgres
from kernel.direct import Prepared
from kernel.unit_of_work import Reading
from sync.ingest.models import Op
from sync.reconcile.models import Conflict

Load = Callable[[Reading, Sequence[UUID]], Mapping[str, Mapping[str, Any]]]
"""Returns the documents by id; one that is missing does not exist for this caller."""


def _receipts(reading: Reading, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    session, actor = reading.session, reading.actor
    rows = _RECEIPTS[is_postgres(session)].rows(
        session, region=actor.region_id, user=actor.user_id, ids=id_list(session, ids)
    )
    return {
        str(op_id): {
            "outcome": state,
            "code": code,
            "effect_seq": effect_seq,
            "effective_at": effective_at,
            "time_quality": time_quality,
        }
        for op_id, state, code, effect_seq, effective_at, time_quality in rows
    }


_RECEIPTS = {
    postgres: Prepared(
        select(Op.op_id, Op.state, Op.code, Op.effect_seq, Op.effective_at, Op.time_quality).where(
            Op.region_id == bindparam("region", type_=Uuid()),
            is_listed(Op.op_id, "ids", postgres=postgres),
            Op.user_id == bindparam("user", type_=Uuid()),
        )
    )
    for postgres in (False, True)
}


def _conflicts(reading: Reading, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    names = ("id", "work_order_id", "op_id", "kind", "code", "deadline_at", "created_at", "resolved_at", "resolution")
    rows = reading.session.execute(
        select(*(getattr(Conflict, name) for name in names)).where(
            Conflict.id.in_(ids), Conflict.user_id == reading.actor.user_id
        )
    )
    return {str(row.id): dict(row._mapping) for row in rows}


def _me(reading: Reading, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    if reading.actor.user_id not in ids:
        return {}
    user = accounts.user(reading, reading.actor.user_id)
    me = {
        "id": user.id,
        "name": user.name,
        "locale": user.locale,
        "region_id": user.region_id,
        "roles": sorted(reading.actor.roles),
        **daily.own_document(reading),
        "duties": [
            {"place_id": duty.place_id, "kind": duty.kind, "valid_from": duty.valid_from, "valid_to": duty.valid_to}
            for duty in answering.duties_ahead(reading, user.id)
        ],
    }
    return {str(user.id): me}


def _runs(reading: Reading, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    return runs.run_documents(reading, ids, visible_orders=work_orders.held_order_ids)


def _orders(reading: Reading, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    """Orders, each with the major incident that it belongs to, if any, its fees, and the times that a customer signs."""
    documents = work_orders.order_documents(reading, ids)
    keys = [UUID(key) for key in documents]
    gathered, charged = incidents.incident_of_orders(reading, keys), fees.documents(reading, keys)
    times = shown_times(reading.session, keys)
    return {
        key: {**document, "incident": gathered.get(UUID(key)), "fees": charged[UUID(key)], "times": times[UUID(key)]}
        for key, document in documents.items()
    }


def _rules(reading: Reading, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    """What a region decides about its orders, with its price list."""
    documents = catalogue.rules_documents(reading, ids)
    lists = fees.price_list_documents(reading, [UUID(key) for key in documents]) if documents else {}
    return {key: {**document, "fees": lists[UUID(key)]} for key, document in documents.items()}


LOADERS: Mapping[str, Load] = {
    "work_orders": _orders,
    "checklists": _runs,
    "templates": templates.documents,
    "sites": work_orders.site_documents,
    "receipts": _receipts,
    "consultations": consultations.documents,
    "offers": offers.documents,
    "reviews": reviews.documents,
    "conflicts": _conflicts,
    "me": _me,
    "order_rules": _rules,
}
