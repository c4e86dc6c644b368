"""Versions of checklists compared, taken out as JSON or XLSForm, and brought in."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, jsonify
from flask.views import MethodView

from api.blueprints import BINARY, Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.template_exchange import Diff, DiffQuery, ExportQuery, ImportedTemplate, ImportQuery
from api.transactions import language, raw_body, request_reading, request_transaction
from checklists.templates import differences, exchange, queries
from checklists.templates.difference_text import Reader, as_html, as_text
from checklists.templates.form import read_published
from checklists.templates.xlsform.reading import MOST_BYTES

blp = Blueprint("checklist-exchange", "Versions of checklists: what differs, export and import as JSON and XLSForm.")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BODY = {
    "required": True,
    "description": "What an export gave, or another XLSForm whose groups are the five steps (docs/checklists.md).",
    "content": {
        "application/json": {"schema": {"type": "object"}},
        XLSX: {"schema": {"type": "string", "format": "binary"}},
    },
}


@blp.route("/checklist-templates/<uuid:template_id>/versions/<int(max=2147483647):number>/diff")
class VersionDiff(MethodView):
    """What changed from one version to another."""

    @blp.arguments(DiffQuery, location="query")
    @blp.response(200, Diff)
    @blp.also(text_plain="string", text_html="string")
    def get(self, query: Loaded, template_id: UUID, number: int) -> Answer:
        """Compare a version with an earlier one, item by item; as JSON, or for people as text or HTML."""
        with request_reading() as reading:
            old = queries.version_numbered(reading, template_id, query["old"])
            new = queries.version_numbered(reading, template_id, number)
        before, after = read_published(old.steps), read_published(new.steps)
        changes = differences.differences(before, after)
        if query["format"] == "json":
            return {
                "from_version": old.row.version,
                "to_version": new.row.version,
                "changes": [_renamed(one) for one in differences.document_of(changes)],
            }
        reader = Reader.of(language(), before, after)
        write, kind = (as_text, "text/plain") if query["format"] == "text" else (as_html, "text/html")
        response = Response(write(changes, reader), content_type=f"{kind}; charset=utf-8")
        response.vary.add("Accept-Language")
        return response


def _renamed(change: dict[str, Any]) -> dict[str, Any]:
    return {**change, "fields_changed": change["fields"]}


@blp.route("/checklist-templates/<uuid:template_id>/versions/<int(max=2147483647):number>/export")
class VersionExport(MethodView):
    """A version to take away."""

    @blp.arguments(ExportQuery, location="query")
    @blp.response(200, BINARY, content_type=XLSX, description="JSON, or a workbook.")
    @blp.also(application_json="object")
    def get(self, query: Loaded, template_id: UUID, number: int) -> Answer:
        """Take a version out: as JSON, which comes back exactly, or as XLSForm (.xlsx)."""
        with request_reading() as reading:
            version = queries.version_numbered(reading, template_id, number)
        name = quote(f"{version.code}-{version.row.version}")
        if query["format"] == "json":
            response = jsonify(exchange.as_json(version))
            ending = "json"
        else:
            response = Response(exchange.as_xlsform(version)[0], content_type=XLSX)
            ending = "xlsx"
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}.{ending}"
        return response


@blp.route("/checklist-templates/import")
class TemplateImport(MethodView):
    """A checklist from elsewhere."""

    @blp.arguments(ImportQuery, location="query")
    @blp.doc(requestBody=_BODY)
    @blp.response(200, ImportedTemplate)
    def post(self, query: Loaded) -> Answer:
        """Bring a checklist in as a draft; whatever cannot be expressed is told by its place, and then nothing is kept."""
        data = raw_body(MOST_BYTES)
        incoming = exchange.read_json(data) if query["format"] == "json" else exchange.read_xlsform(data)
        with request_transaction() as uow:
            region_id = region_or_own(uow, query["region_id"])
            return exchange.bring_in(uow, region_id=region_id, incoming=incoming, dry_run=query["dry_run"])
