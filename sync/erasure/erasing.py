"""Overwrites what belongs to customers, requests and orders by the rules; knows nothing of who may want that, or when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, func, select, update
from sqlalchemy import or_ as any_of

from dispatch.territory.decisions import address_key
from kernel.bulk import insert_rows
from kernel.database import Base, dump_json
from kernel.unit_of_work import Reading, UnitOfWork
from sync.erasure.models import ErasedFile
from sync.erasure.rules import RULES, How, Rule, Whose
from sync.erasure.scrubbing import ERASED, scrub

Ids = Mapping[Whose, Collection[UUID]]
_FILES = ("digest", "small_digest", "medium_digest")


def table(name: str) -> Table:
    """Return a table by its name: these rules go through all slices, and touch nothing of them but columns."""
    return Base.metadata.tables[name]


@dataclass(frozen=True, slots=True)
class Belongings:
    """Whose ids lead to the rows of customers, and of which of their orders."""

    ids: Ids

    def of(self, whose: Whose) -> list[UUID]:
        """Return the ids of one kind."""
        return sorted(self.ids.get(whose, ()))


def belongings_of(reading: Reading, customer_ids: Collection[UUID]) -> Belongings:
    """Find the orders, requests, checklists and consultations of customers. Four statements."""
    session = reading.session
    orders, requests = table("work_orders"), table("service_requests")
    sites = select(table("sites").c.id).where(table("sites").c.customer_id.in_(customer_ids))
    of_customers = any_of(orders.c.customer_id.in_(customer_ids), orders.c.site_id.in_(sites))
    order_ids = set(session.scalars(select(orders.c.id).where(of_customers)))
    theirs = any_of(requests.c.customer_id.in_(customer_ids), requests.c.work_order_id.in_(order_ids))
    request_ids = set(session.scalars(select(requests.c.id).where(theirs)))
    return Belongings({Whose.CUSTOMER: set(customer_ids), Whose.REQUEST: request_ids, **below(reading, order_ids)})


def below(reading: Reading, order_ids: Collection[UUID]) -> dict[Whose, Collection[UUID]]:
    """Return orders with their checklists and consultations. Two statements."""
    found: dict[Whose, Collection[UUID]] = {Whose.ORDER: set(order_ids)}
    for whose, name in ((Whose.RUN, "checklist_runs"), (Whose.CONSULTATION, "consultations")):
        rows = table(name)
        found[whose] = set(reading.session.scalars(select(rows.c.id).where(rows.c.work_order_id.in_(order_ids))))
    return found


def count(reading: Reading, belongings: Belongings, rules: Iterable[Rule] = RULES) -> dict[str, int]:
    """Count the rows that `erase` would overwrite, by table."""
    connection = reading.session.connection()
    found = {}
    for rule in rules:
        rows = table(rule.table)
        met = rows.c[rule.by].in_(belongings.of(rule.whose))
        found[rule.table] = connection.scalar(select(func.count()).select_from(rows).where(met)) or 0
    return {name: number for name, number in found.items() if number}


def erase(uow: UnitOfWork, belongings: Belongings, rules: Iterable[Rule] = RULES) -> dict[str, int]:
    """Overwrite everything that these ids lead to; returns how many rows of which tables.

    It passes by the session, so that the audit log keeps nothing of it, not even masked.
    """
    uow.session.flush()
    connection = uow.session.connection()
    counts = {rule.table: _overwrite(connection, rule, belongings.of(rule.whose)) for rule in rules}
    return {name: number for name, number in counts.items() if number}


def _overwrite(connection: Connection, rule: Rule, ids: Sequence[UUID]) -> int:
    rows = table(rule.table)
    met = rows.c[rule.by].in_(ids)
    plain = {name: None if how is How.GONE else ERASED for name, how in rule.columns.items() if not _is_document(how)}
    number = 0
    if plain:
        number = connection.execute(update(rows).where(met).values(plain)).rowcount
    documents = {name: how for name, how in rule.columns.items() if _is_document(how)}
    if documents:
        number = _scrub(connection, rows, met, documents)
    return number


def _is_document(how: How) -> bool:
    return how in (How.SCRUBBED, How.SCRUBBED_TEXT)


def _scrub(connection: Connection, rows: Table, met: ColumnElement[bool], documents: Mapping[str, How]) -> int:
    keys = list(rows.primary_key.columns)
    found = connection.execute(select(*keys, *(rows.c[name] for name in documents)).where(met)).mappings().all()
    if not found:
        return 0
    this = update(rows).where(*(key == bindparam(f"key_{key.name}", type_=key.type) for key in keys))
    values = [
        {f"key_{key.name}": row[key.name] for key in keys}
        | {name: _left(row[name], how) for name, how in documents.items()}
        for row in found
    ]
    connection.execute(this.values({name: bindparam(name, type_=rows.c[name].type) for name in documents}), values)
    return len(found)


def _left(value: Any, how: How) -> Any:
    if how is How.SCRUBBED:
        return scrub(value)
    try:
        return dump_json(scrub(orjson.loads(value)))
    except orjson.JSONDecodeError:
        return dump_json(ERASED)


def drop_files(uow: UnitOfWork, order_ids: Collection[UUID]) -> int:
    """Let nobody see the photos, signatures and printed reports of orders any more, and have their bytes removed; their digests
    stay. Returns how many there were."""
    connection = uow.session.connection()
    media, reports = table("media_files"), table("service_reports")
    here = any_of(media.c.erased_at.is_(None), media.c.verified_at > media.c.erased_at)  # or came in after that
    of_media = media.c.work_order_id.in_(order_ids) & here
    digests: set[str] = set()
    for row in connection.execute(select(*(media.c[name] for name in _FILES)).where(of_media)):
        digests.update(digest for digest in row if digest)
    of_reports = reports.c.work_order_id.in_(order_ids)
    digests.update(filter(None, connection.scalars(select(reports.c.file_digest).where(of_reports))))
    connection.execute(
        update(media).where(of_media).values(erased_at=uow.now, small_digest=None, medium_digest=None, look_due_at=None)
    )
    connection.execute(delete(reports).where(of_reports))
    rows = [{"digest": digest, "erased_at": uow.now} for digest in sorted(digests)]
    insert_rows(uow.session, ErasedFile, rows, on_conflict="(digest) DO NOTHING")
    return len(rows)


def forget_addresses(uow: UnitOfWork, region_id: UUID, customer_ids: Collection[UUID]) -> None:
    """Forget what geocoders answered about the addresses of customers, and what they are still to be asked."""
    connection = uow.session.connection()
    sites, requests = table("sites"), table("service_requests")
    found = [
        row
        for rows in (sites, requests)
        for row in connection.execute(select(rows.c.id, rows.c.address).where(rows.c.customer_id.in_(customer_ids)))
    ]
    tasks, known = table("address_tasks"), table("known_addresses")
    connection.execute(delete(tasks).where(tasks.c.subject_id.in_([row.id for row in found])))
    keys = {address_key(row.address) for row in found if row.address}
    connection.execute(delete(known).where(known.c.region_id == region_id, known.c.address_key.in_(keys - {None})))


def mark_notices(uow: UnitOfWork, region_id: UUID, belongings: Belongings) -> int:
    """Overwrite what staff was told about orders and requests: notices with their numbers, or with their ids in the key."""
    connection = uow.session.connection()
    orders, notices = table("work_orders"), table("notifications")
    numbers = connection.scalars(select(orders.c.number).where(orders.c.id.in_(belongings.of(Whose.ORDER))))
    about: list[ColumnElement[bool]] = []
    for number in numbers:
        about += [notices.c.title.contains(number, autoescape=True), notices.c.body.contains(number, autoescape=True)]
    about += [notices.c.key.contains(str(key)) for key in belongings.of(Whose.REQUEST) + belongings.of(Whose.ORDER)]
    if not about:
        return 0
    these = update(notices).where(notices.c.region_id == region_id, any_of(*about))
    return connection.execute(these.values(title=ERASED, body=ERASED)).rowcount
