"""The audit log: who did and saw what."""

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import orjson
from flask.views import MethodView

from api import csv_tables
from api.blueprints import Answer, Blueprint, Loaded
from api.pages import paging_of
from api.schemas.audit import ENTRIES, AuditExportQuery, AuditPage, AuditQuery
from api.transactions import request_reading
from kernel.audit import queries
from kernel.audit.queries import EntryFilter, EntryRow
from kernel.database import Page
from kernel.unit_of_work import Reading

blp = Blueprint("audit", "The audit log (审计日志): who did and saw what, from where and when.")
COLUMNS = {
    "at": ("at", "时间"),
    "kind": ("kind", "类别"),
    "action": ("action", "操作"),
    "user_id": ("user", "操作人"),
    "subject_id": ("subject", "对象"),
    "region_id": ("region", "运营部"),
    "origin": ("from", "来源地址"),
    "agent": ("program", "客户端"),
    "session": ("session", "会话"),
    "device_id": ("phone", "终端"),
    "request_id": ("request", "请求号"),
    "details": ("details", "详情"),
    "n": ("number in chain", "链内序号"),
    "digest": ("hash", "哈希"),
    "id": ("id", "编号"),
}


def _line(row: EntryRow) -> SimpleNamespace:
    details = orjson.dumps(row.details).decode()
    return SimpleNamespace(**{**asdict(row), "origin": row.address, "details": details, "digest": row.hash.hex()})


@blp.route("/audit")
class Audit(MethodView):
    """What was written down."""

    @blp.arguments(AuditQuery, location="query")
    @blp.page(AuditPage)
    def get(self, query: Loaded) -> Answer:
        """List who did and saw what, the newest first.

        Regional operations see what belongs to their region, administrators everything, everybody what they did themselves.
        """
        paging = paging_of(query)
        with request_reading() as reading:
            page = queries.page_of_entries(reading, filters=EntryFilter(**query), **paging)
            return ENTRIES.show(page, paging["sort"])


@blp.route("/audit.csv")
class AuditCsv(MethodView):
    """What was written down, as a table."""

    @blp.arguments(AuditExportQuery, location="query")
    @blp.response(
        200, {"type": "string"}, content_type="text/csv", description="A table, UTF-8 with a byte order mark."
    )
    def get(self, query: Loaded) -> Answer:
        """Export who did and saw what as CSV, the newest first."""
        filters = EntryFilter(**query)

        def read(reading: Reading, limit: int, after: Any) -> Page[SimpleNamespace]:
            page = queries.page_of_entries(reading, filters=filters, limit=limit, after=after)
            return Page(tuple(map(_line, page.items)), page.after)

        return csv_tables.respond("audit.csv", COLUMNS, read)
