"""The collections a phone can pull, and how the newest document of each is read, as far as the caller may see it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, select
from sqlalchemy import cast as sql_cast

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

Load = Callable[[Reading, Sequence[str]], Mapping[str, Mapping[str, Any]]]
"""Returns the documents by id; one that is missing does not exist for this caller."""


def _by_uuid(load: Callable[[Reading, Sequence[UUID]], Mapping[str, Mapping[str, Any]]]) -> Load:
    """Let a loader have ids as objects: that takes longer to make than a receipt to read."""
    return lambda reading, ids: load(reading, [UUID(key) for key in ids])


def _receipts(reading: Reading, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    session, actor = reading.session, reading.actor
    rows = _RECEIPTS[is_postgres(session)].rows(
        session, region=actor.region_id, user=actor.user_id, ids=id_list(session, ids)
    )
    return {
        key if isinstance(key, str) else str(key): {
            "outcome": state,
            "code": code,
            "effect_seq": effect_seq,
            "effective_at": effective_at,
            "time_quality": time_quality,
        }
        for key, state, code, effect_seq, effective_at, time_quality in rows
    }


_RECEIPTS = {
    postgres: Prepared(
        select(
            # As text, for which PostgreSQL takes less time than we do for an object of each.
            sql_cast(Op.op_id, String()) if postgres else Op.op_id,
            *(Op.state, Op.code, Op.effect_seq, Op.effective_at, Op.time_quality),
        ).where(
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
    own = accounts.own_row(reading)
    me = {
        **own._asdict(),
        "roles": sorted(reading.actor.roles),
        **daily.own_document(reading),
        "duties": [
            {"place_id": duty.place_id, "kind": duty.kind, "valid_from": duty.valid_from, "valid_to": duty.valid_to}
            for duty in answering.duties_ahead(reading, own.id)
        ],
    }
    return {str(own.id): me}


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
    "work_orders": _by_uuid(_orders),
    "checklists": _by_uuid(_runs),
    "templates": _by_uuid(templates.documents),
    "sites": _by_uuid(work_orders.site_documents),
    "receipts": _receipts,
    "consultations": _by_uuid(consultations.documents),
    "offers": _by_uuid(offers.documents),
    "reviews": _by_uuid(reviews.documents),
    "conflicts": _by_uuid(_conflicts),
    "me": _by_uuid(_me),
    "order_rules": _by_uuid(_rules),
}
