"""What became of the lines of an import, those that were rejected as a file to mend, and tables to begin with."""

from uuid import UUID

from flask.views import MethodView

from api import import_tables, transactions
from api.blueprints import BINARY, Answer, Blueprint, Loaded
from api.schemas.imports import LINES, ImportLinePage, ImportLineQuery
from api.transactions import request_reading
from api.xlsx_tables import CONTENT_TYPE
from dispatch.imports import queries

blp = Blueprint("import-lines", "Lines of imports: what became of each, and files to mend or to begin with.")


@blp.route("/imports/<uuid:import_id>/lines")
class ImportLines(MethodView):
    """The lines of an import."""

    @blp.arguments(ImportLineQuery, location="query")
    @blp.page(ImportLinePage)
    def get(self, query: Loaded, import_id: UUID) -> Answer:
        """List what became of the lines, or would, in their order."""
        with request_reading() as reading:
            page = queries.page_of_lines(reading, import_id, **query)
        return LINES.show(import_tables.worded(page, transactions.language()))


@blp.route("/imports/<uuid:import_id>/rejects.csv")
class ImportRejects(MethodView):
    """The rejected lines of an import."""

    @blp.response(200, {"type": "string"}, content_type="text/csv", description="Mend it, and hand it in again.")
    def get(self, import_id: UUID) -> Answer:
        """Take out the rejected lines as they came, each with its line, code and reason: mended, the file is one to import."""
        return import_tables.rejects(import_id)


@blp.route("/imports/templates/<kind>.csv")
class ImportTemplateCsv(MethodView):
    """A table to begin with."""

    @blp.response(200, {"type": "string"}, content_type="text/csv", description="Headings, and a line as an example.")
    def get(self, kind: str) -> Answer:
        """Take a table with the headings of a kind of import, in your language, and one line as an example."""
        with request_reading():
            return import_tables.template(kind, xlsx=False)


@blp.route("/imports/templates/<kind>.xlsx")
class ImportTemplateXlsx(MethodView):
    """A workbook to begin with."""

    @blp.response(200, BINARY, content_type=CONTENT_TYPE, description="Headings, and a line as an example.")
    def get(self, kind: str) -> Answer:
        """Take a workbook with the headings of a kind of import, in your language, and one line as an example."""
        with request_reading():
            return import_tables.template(kind, xlsx=True)
