"""Imports as jobs: a file comes in, is tried, brought in by a worker, and stopped."""

from contextlib import closing
from uuid import UUID

from flask.views import MethodView

from api import etags, transactions
from api.blueprints import Answer, Blueprint, Loaded, conditional, versioned
from api.routes.regions import region_or_own
from api.schemas.imports import IMPORTS, Import, ImportChange, ImportPage, ImportQuery, NewImportQuery
from api.transactions import expected_version, request_reading, request_transaction
from dispatch.imports import queries, service
from dispatch.imports.jobs import WORK
from dispatch.imports.service import NewImport
from dispatch.imports.tables import Limits, read_table
from dispatch.people.sheets.lines import CODINGS
from kernel.job_queue import Lane
from kernel.unit_of_work import Reading

blp = Blueprint("imports", "Imports (批量导入): CSV and workbooks, tried first, brought in by a worker, resumable.")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BODY = {
    "required": True,
    "description": "A CSV (plain or gzip) or a workbook, with a line of headings in English or Chinese (docs/import.md).",
    "content": {"text/csv": {"schema": {"type": "string"}}, XLSX: {"schema": {"type": "string", "format": "binary"}}},
}
_PLACE = {"Location": {"$ref": "#/components/headers/Location"}}


def _shown(reading: Reading, import_id: UUID) -> Answer:
    row = queries.import_(reading, import_id)
    return row, {**etags.of_version(row.version), "Location": f"/v1/imports/{import_id}"}


def _ring() -> None:
    transactions.runtime().queue.ring(WORK, lane=Lane.SLOW)


@blp.route("/imports")
class Imports(MethodView):
    """All imports in scope."""

    @blp.arguments(ImportQuery, location="query")
    @blp.page(ImportPage)
    def get(self, query: Loaded) -> Answer:
        """List the imports into places where you may import, and your own, the latest first."""
        with request_reading() as reading:
            return IMPORTS.show(queries.page_of_imports(reading, **query), query["sort"])

    @blp.arguments(NewImportQuery, location="query")
    @blp.doc(requestBody=_BODY)
    @blp.response(202, Import, headers=_PLACE)
    def post(self, query: Loaded) -> Answer:
        """Hand in a file. It is tried line by line, and nothing is brought in before you start it."""
        settings = transactions.runtime().settings
        limits = Limits(settings.import_max_bytes, settings.import_max_rows)
        coding, delimiter = query.pop("encoding"), query.pop("delimiter")
        with closing(transactions.spooled_body(limits.max_bytes)) as body:
            table = read_table(body, limits, encoding=CODINGS[coding] if coding else None, delimiter=delimiter)
        with request_transaction() as uow:
            region_id = region_or_own(uow, query.pop("region_id"))
            import_id = service.receive(uow, new=NewImport(region_id=region_id, **query), table=table)
            uow.after_commit(_ring)
            return _shown(uow, import_id)


@blp.route("/imports/<uuid:import_id>")
class OneImport(MethodView):
    """One import."""

    @conditional
    @blp.response(200, Import)
    def get(self, import_id: UUID) -> Answer:
        """Show an import with how far it is. Send its tag along when you ask again: while nothing happens the answer is 304."""
        with request_reading() as reading:
            return _shown(reading, import_id)

    @versioned
    @blp.arguments(ImportChange)
    @blp.response(200, Import)
    def patch(self, body: Loaded, import_id: UUID) -> Answer:
        """Say which column is what, and how lines are brought in, before anything is. The file is tried anew."""
        with request_transaction() as uow:
            service.change(uow, import_id=import_id, **body, expected_version=expected_version())
            uow.after_commit(_ring)
            return _shown(uow, import_id)

    @versioned
    @blp.response(204)
    def delete(self, import_id: UUID) -> Answer:
        """Forget a file and what became of its lines. What was brought in stays, and can no longer be undone together."""
        with request_transaction() as uow:
            service.discard(uow, import_id=import_id, expected_version=expected_version())


@blp.route("/imports/<uuid:import_id>/start")
class StartedImport(MethodView):
    """The start of an import."""

    @versioned
    @blp.response(202, Import, headers=_PLACE)
    def post(self, import_id: UUID) -> Answer:
        """Bring the lines in, in batches; one that was cancelled goes on where it was."""
        with request_transaction() as uow:
            service.start(uow, import_id=import_id, expected_version=expected_version())
            uow.after_commit(_ring)
            return _shown(uow, import_id)


@blp.route("/imports/<uuid:import_id>/cancel")
class CancelledImport(MethodView):
    """The end of an import before its time."""

    @versioned
    @blp.response(200, Import)
    def post(self, import_id: UUID) -> Answer:
        """Stop an import between two batches. What was brought in stays until it is undone."""
        with request_transaction() as uow:
            service.cancel(uow, import_id=import_id, expected_version=expected_version())
            return _shown(uow, import_id)


@blp.route("/imports/<uuid:import_id>/undo")
class UndoneImport(MethodView):
    """The way back."""

    @versioned
    @blp.response(202, Import, headers=_PLACE)
    def post(self, import_id: UUID) -> Answer:
        """Take back what an import made, as far as nothing else is built on it; its lines tell what stayed, and why."""
        with request_transaction() as uow:
            service.undo(uow, import_id=import_id, expected_version=expected_version())
            uow.after_commit(_ring)
            return _shown(uow, import_id)
