"""A customer whose words stand wherever a rule says that they may."""

import os
import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Float, Integer, LargeBinary, Table, Uuid, insert, update

from kernel.database import Base, UTCDateTime
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from sync.erasure.rules import RULES, How, Whose
from tests import factories

WORDS = "王芳家在红旗路"
NUMBER = 13970004711
PLACE = 33.7812345


def filled(table: Table, known: Mapping[str, Any], said: Mapping[str, How], now: datetime) -> dict[str, Any]:
    """Return a row with the ids that are known, the customer's words where a rule finds them, and the least of all else."""
    row = {}
    for column in table.columns:
        if column.name in said:
            row[column.name] = _said(column, said[column.name])
        elif column.name in known:
            row[column.name] = known[column.name]
        elif not column.nullable:
            row[column.name] = _least(table, column, now)
    return row


def _said(column: Column[Any], how: How) -> Any:
    document = {"said": WORDS, "deep": [{"phone": str(NUMBER), "n": NUMBER}], "lat": PLACE, "kind": "note", "count": 3}
    if how is How.SCRUBBED_TEXT:
        return orjson.dumps(document).decode()
    if isinstance(column.type, JSON):
        return document
    if isinstance(column.type, Float):
        return PLACE
    length = getattr(column.type, "length", None)
    return WORDS if length is None or length > 32 else None


def _least(table: Table, column: Column[Any], now: datetime) -> Any:
    checks = (str(one.sqltext) for one in table.constraints if isinstance(one, CheckConstraint))
    for found in filter(None, (re.match(rf"{column.name} IN \('(\w+)'", check) for check in checks)):
        return found[1]
    if isinstance(column.type, UTCDateTime):
        return now
    if isinstance(column.type, Uuid):
        return UUID(int=now.microsecond + 7)
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer | Float):
        return 1
    if isinstance(column.type, LargeBinary):
        return os.urandom(32)
    return {} if isinstance(column.type, JSON) else f"{column.name}"[:16]


class Trail:
    """A customer, a site, an order that is over, and a row in every table that the rules name."""

    def __init__(self, runtime: Runtime, uow: UnitOfWork) -> None:
        self.uow = uow
        self.where = factories.places(uow)
        self.customer_id = factories.customer(uow, self.where, name=WORDS, phone=str(NUMBER))
        self.site_id = factories.site(uow, self.customer_id, self.where, address=WORDS, lat=PLACE, lon=119.0)
        self.technician_id = factories.technician(uow, self.where)
        self.order_id = factories.order(
            uow, self.where, title=WORDS, description=WORDS, customer_id=self.customer_id, site_id=self.site_id
        )
        factories.assign(uow, self.order_id, self.technician_id)
        self.photo = runtime.blobs.put(BytesIO(WORDS.encode()))[0]
        self.report = runtime.blobs.put(BytesIO(b"%PDF " + WORDS.encode()))[0]
        uow.session.flush()
        self._fill()

    def close(self, ended: datetime) -> None:
        """Let the order and the request be over since then."""
        orders, requests = Base.metadata.tables["work_orders"], Base.metadata.tables["service_requests"]
        connection = self.uow.session.connection()
        connection.execute(
            update(orders)
            .where(orders.c.id == self.order_id)
            .values(status="closed", closed_at=ended, updated_at=ended)
        )
        mine = update(requests).where(requests.c.id == self.ids["service_requests"])
        connection.execute(mine.values(state="resolved", resolved_at=ended, received_at=ended))
        customers = Base.metadata.tables["customers"]
        connection.execute(update(customers).where(customers.c.id == self.customer_id).values(created_at=ended))

    def _fill(self) -> None:
        uow, connection = self.uow, self.uow.session.connection()
        version = uow.new_id()
        known: dict[str, Any] = {
            "region_id": self.where.region_id,
            "customer_id": self.customer_id,
            "site_id": self.site_id,
            "work_order_id": self.order_id,
            "subject_id": self.order_id,
            "user_id": self.technician_id,
            "asked_by": self.technician_id,
            "template_version_id": version,
            "device_id": uow.new_id(),
            "state": None,
        }
        self.ids: dict[str, UUID] = {}

        def add(name: str, said: Mapping[str, How], **more: Any) -> None:
            table = Base.metadata.tables[name]
            given = {key: value for key, value in {**known, **more}.items() if value is not None}
            row = filled(table, given, said, uow.now)
            if "id" in table.c:
                self.ids[name] = row["id"] = more.get("id") or uow.new_id()
            connection.execute(insert(table).values(row))

        add("checklist_templates", {}, code=f"t{version.hex[-12:]}")
        add("checklist_template_versions", {}, id=version, template_id=self.ids["checklist_templates"])
        add("devices", {}, id=known["device_id"], install_id=version.hex)
        for rule in RULES:
            if rule.table in ("customers", "sites", "work_orders"):
                continue
            more: dict[str, Any] = {}
            if rule.table == "media_files":
                more = {"digest": self.photo, "state": "verified"}
            if rule.table == "sync_ops":
                more = {"state": "applied"}
            add(rule.table, rule.columns, **more)
            if rule.whose is Whose.ORDER and rule.table == "checklist_runs":
                known["run_id"] = self.ids[rule.table]
            if rule.table == "consultations":
                known["consultation_id"] = self.ids[rule.table]
            if rule.table == "service_requests":
                known["request_id"] = self.ids[rule.table]
        add("service_reports", {}, file_digest=self.report, state="made", code=version.hex[-12:])
        add("notifications", {}, key=f"order:{self.order_id}", title=WORDS, body=WORDS, recipient_id=self.technician_id)
        add("known_addresses", {}, address_key=WORDS, label=WORDS, provider="nominatim")
