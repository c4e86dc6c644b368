"""Exports as jobs: a list is wanted as a file, written by a worker, fetched while it is kept, and thrown away."""

from uuid import UUID

from flask.views import MethodView

from api import etags, transactions
from api.blueprints import Answer, Blueprint, Loaded, conditional
from api.schemas.exports import EXPORTS, Export, ExportPage, ExportsQuery, NewExport
from api.transactions import request_reading, request_transaction
from dispatch.exports import queries, service
from dispatch.exports.jobs import TIDY, WRITE
from dispatch.exports.states import Language
from dispatch.exports.writers import CONTENT_TYPES
from kernel.audit.acts import Act, ActKind
from kernel.job_queue import Lane
from kernel.locked_blobs import LockedBlobs
from kernel.unit_of_work import Reading

blp = Blueprint("exports", "Exports (批量导出): lists as CSV and workbooks, written by a worker.")
_PLACE = {"Location": {"$ref": "#/components/headers/Location"}}


def _shown(reading: Reading, export_id: UUID) -> Answer:
    row = queries.export(reading, export_id)
    return row, {**etags.of_version(row.version), "Location": f"/v1/exports/{export_id}"}


@blp.route("/exports")
class Exports(MethodView):
    """One's own exports."""

    @blp.arguments(ExportsQuery, location="query")
    @blp.page(ExportPage)
    def get(self, query: Loaded) -> Answer:
        """List your exports, the latest first."""
        with request_reading() as reading:
            return EXPORTS.show(queries.page_of_exports(reading, **query), query["sort"])

    @blp.arguments(NewExport)
    @blp.response(202, Export, headers=_PLACE)
    def post(self, body: Loaded) -> Answer:
        """Want a list as a file. A worker writes it with what you may see then; ask for it by its id until it is `done`."""
        body["language"] = body["language"] or Language(transactions.language())
        body["columns"] = tuple(body["columns"])
        runtime = transactions.runtime()
        with request_transaction() as uow:
            wanted = service.NewExport(**body)
            export_id = service.want(uow, new=wanted, at_once=runtime.settings.export_at_once)
            uow.after_commit(lambda: _ring(WRITE))
            return _shown(uow, export_id)


def _ring(job: str) -> None:
    transactions.runtime().queue.ring(job, lane=Lane.SLOW)


@blp.route("/exports/<uuid:export_id>")
class OneExport(MethodView):
    """One export."""

    @conditional
    @blp.response(200, Export)
    def get(self, export_id: UUID) -> Answer:
        """Show an export with how far it is. Send its tag along when you ask again: while nothing happens the answer is 304."""
        with request_reading() as reading:
            return _shown(reading, export_id)

    @blp.response(204)
    def delete(self, export_id: UUID) -> Answer:
        """Throw an export away, with its file. One that is being written is stopped."""
        with request_transaction() as uow:
            service.discard(uow, export_id=export_id)
            uow.after_commit(lambda: _ring(TIDY))


@blp.route("/exports/<uuid:export_id>/cancel")
class CancelledExport(MethodView):
    """The end of an export before its time."""

    @blp.response(200, Export)
    def post(self, export_id: UUID) -> Answer:
        """Stop an export that is not written yet."""
        with request_transaction() as uow:
            service.cancel(uow, export_id=export_id)
            return _shown(uow, export_id)


@blp.route("/exports/<uuid:export_id>/file")
class ExportedFile(MethodView):
    """The file of an export."""

    @blp.file(*CONTENT_TYPES.values())
    def get(self, export_id: UUID) -> Answer:
        """Return the file, while you hold every role under which it was written; it never changes."""
        with request_reading() as reading:
            found = queries.file_of(reading, export_id)
        if found.personal:
            transactions.write_down(Act(ActKind.READ, subject_id=export_id, details={"rows": found.rows}))
        store = LockedBlobs(transactions.runtime().blobs, found.key)
        return transactions.blob_answer(found.digest, found.content_type, found.size_bytes, found.filename, store)
