"""Writes down all that is kept about one customer, as JSON, row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO
from uuid import UUID

import orjson
from sqlalchemy import Table, select

from dispatch.texts import line
from kernel.audit.acts import Act, ActKind
from kernel.database import one_of
from kernel.sealed_columns import open_row, sealed_columns
from kernel.unit_of_work import Reading
from sync.erasure.disclosure import FORMAT, SECTIONS, Section, columns_of, table_of
from sync.erasure.erasing import Belongings, belongings_of, table
from sync.erasure.service import hold_on, region_in_charge

ROWS_AT_ONCE = 200
"""Rows that are in memory at a time."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """How many rows of which tables were told of a customer, to be written down of whoever reads them."""

    customer_id: UUID
    region_id: UUID
    reason: str
    rows: Mapping[str, int]

    def act(self) -> Act:
        """Return what the audit log says of it."""
        return Act(
            ActKind.READ,
            region_id=self.region_id,
            subject_id=self.customer_id,
            subjects=frozenset([self.customer_id]),
            details={"disclosed": dict(self.rows), "reason": self.reason},
        )


def disclose(reading: Reading, *, customer_id: UUID, reason: str, out: BinaryIO) -> Disclosed:
    """Write all that is kept about a customer, unsealed, into a file; as of one moment if the look is (`Runtime.snapshot`).

    Some rows are in memory at a time, and the ids of the customer's orders. A statement for each section.

    Raises:
        NotFound (customers.unknown); Forbidden (forbidden): not in charge of the region; Invalid (invalid) with the path.
    """
    region_id = region_in_charge(reading, customer_id, lock=False)
    why = line(reason, longest=300, path="/reason")
    rows = table("customers")
    erased_at = reading.session.scalar(select(rows.c.erased_at).where(rows.c.id == customer_id))
    head = {
        "format": FORMAT,
        "customer_id": customer_id,
        "region_id": region_id,
        "made_at": reading.now,
        "erased_at": erased_at,
        "held": hold_on(reading, customer_id) is not None,
    }
    out.write(orjson.dumps(head)[:-1] + b',"data":{')
    belongings = belongings_of(reading, [customer_id])
    told = {}
    for n, section in enumerate(SECTIONS):
        out.write((b"," if n else b"") + orjson.dumps(section.table) + b":[")
        told[section.table] = 0
        for shown in _rows(reading, section, belongings):
            out.write((b"," if told[section.table] else b"") + orjson.dumps(shown, default=_plain))
            told[section.table] += 1
        out.write(b"]")
    out.write(b"}}")
    return Disclosed(customer_id, region_id, why, {name: number for name, number in told.items() if number})


def _rows(reading: Reading, section: Section, belongings: Belongings) -> Iterator[dict[str, Any]]:
    rows = table_of(section)
    mine = one_of(reading.session, rows.c[section.by], belongings.of(section.whose))
    statement = select(*columns_of(rows)).where(mine).order_by(*rows.primary_key.columns)
    for row in reading.session.execute(statement.execution_options(yield_per=ROWS_AT_ONCE)).mappings():
        yield _shown(reading, rows, row)


def _shown(reading: Reading, rows: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    plain = {str(name): value for name, value in row.items()}
    shown = open_row(reading.sealer, rows, plain) if sealed_columns(rows) else plain
    if rows.name == "sync_ops":
        shown["payload"] = _read(shown["payload"])
    if rows.name == "media_files":
        here = shown["state"] == "verified" and shown["erased_at"] is None
        shown["file"] = f"/v1/work-orders/{shown['work_order_id']}/media/{shown['media_id']}" if here else None
    if rows.name == "service_reports":
        shown["file"] = f"/v1/reports/{shown['id']}/pdf" if shown["file_digest"] else None
    return shown


def _read(payload: str) -> Any:
    """Return what a phone sent as a document, or as it came where it is none."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return payload


def _plain(value: Any) -> Any:
    """Write what JSON has no form for: money as text, digests in hexadecimal."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(type(value).__name__)
