"""The forms of imports."""

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Json, Moment, Text, Word, page_of, page_query
from api.schemas.marks import PERSONAL
from dispatch.imports.kinds.catalogue import KindName
from dispatch.imports.queries import SORTS
from dispatch.imports.states import FileFormat, ImportState, LineOutcome, UndoOutcome
from dispatch.imports.tables import DELIMITERS
from dispatch.people.sheets.lines import CODINGS

IMPORTS = Cursor("imports", sorts=SORTS)
LINES = Cursor("import-lines", int)


class NewImportQuery(Schema):
    """What a file is: of which kind, and for which region (yours if left out), or for one station of it only."""

    kind = Word(KindName, required=True)
    id = fields.UUID(load_default=None, metadata={"description": "Yours, so that sending it again is safe."})
    region_id = fields.UUID(load_default=None)
    station_id = fields.UUID(load_default=None)
    filename = Text(200, load_default=None)
    encoding = fields.String(
        load_default=None,
        validate=validate.OneOf(sorted(CODINGS)),
        metadata={"description": "How a CSV is written; recognised if left out."},
    )
    delimiter = fields.String(
        load_default=None,
        validate=validate.OneOf(DELIMITERS),
        metadata={"description": "What is between the cells of a CSV; recognised if left out."},
    )


class ImportChange(Schema):
    """Which column is what, by the headings of the file; and how lines are brought in (docs/import.md), as far as it changes."""

    columns = fields.Dict(keys=fields.String(), values=fields.String())
    options = Json()


class ImportProblem(Schema):
    """Why an import cannot go on."""

    code = fields.String(required=True)
    detail = fields.String(required=True)


class Import(Schema):
    """An import, with how far it is.

    `outcomes` and `codes` count what became of the lines so far, or would: after a trial (`checked`) it is what a start would do.
    """

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    kind = Word(KindName, required=True)
    state = Word(ImportState, required=True)
    filename = fields.String(required=True, allow_none=True)
    format = Word(FileFormat, required=True)
    encoding = fields.String(required=True)
    delimiter = fields.String(required=True)
    header = fields.List(fields.String(), required=True)
    columns = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Which column of the file is what."},
    )
    options = fields.Dict(keys=fields.String(), required=True)
    rows = fields.Integer(required=True, metadata={"description": "Lines of the file, without the header."})
    rows_done = fields.Integer(required=True, metadata={"description": "Lines that the present pass has done."})
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    codes = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    problem = fields.Nested(ImportProblem, required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    asked_by = fields.UUID(required=True)
    started_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)


class ImportLine(Schema):
    """What became of a line, or would. `message` is for people, in the caller's language; `detail` says more, in English."""

    line = fields.Integer(required=True, metadata={"description": "Where it begins in the file; the header is 1."})
    outcome = Word(LineOutcome, required=True)
    code = fields.String(required=True, allow_none=True)
    column = fields.String(
        required=True, allow_none=True, attribute="heading", metadata={"description": "The heading of the column."}
    )
    message = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    subject_id = fields.UUID(required=True, allow_none=True, metadata={"description": "What it is about, once it is."})
    undo = Word(UndoOutcome, required=True, allow_none=True)
    undo_code = fields.String(required=True, allow_none=True)
    undo_message = fields.String(required=True, allow_none=True)


ImportQuery = page_query(
    IMPORTS,
    "ImportQuery",
    kind=Word(KindName),
    state=Word(ImportState),
    region_id=fields.UUID(),
    station_id=fields.UUID(),
)
ImportPage = page_of(Import, "ImportPage")
ImportLineQuery = page_query(LINES, "ImportLineQuery", outcome=Word(LineOutcome), undo=Word(UndoOutcome))
ImportLinePage = page_of(ImportLine, "ImportLinePage")
