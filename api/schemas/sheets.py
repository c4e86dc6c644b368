"""The forms of bringing in tables of technicians and rosters."""

from marshmallow import Schema, fields, validate

from api.schemas.rosters import PlaceNamed
from dispatch.people.sheets.lines import CODINGS


class SheetQuery(Schema):
    """How a table is brought in."""

    encoding = fields.String(
        load_default=None,
        validate=validate.OneOf(sorted(CODINGS)),
        metadata={"description": "How the table is written; recognised if left out."},
    )
    dry_run = fields.Boolean(load_default=False, metadata={"description": "Report, and store nothing."})
    all_or_nothing = fields.Boolean(
        load_default=False, metadata={"description": "One bad line keeps out all; otherwise the good ones go in."}
    )


class TechnicianSheetQuery(SheetQuery):
    """The region that a table of technicians is for; yours if left out."""

    region_id = fields.UUID(load_default=None)


class RosterSheetQuery(SheetQuery, PlaceNamed):
    """The place and days that a roster is for; the days are those of the table if left out."""

    first_day = fields.Date(load_default=None)
    last_day = fields.Date(load_default=None)


class RejectedLine(Schema):
    """A line that was not taken: its number in the file from 1, why, and the column if it is one."""

    line = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    column = fields.String(required=True, allow_none=True)


class SheetReport(Schema):
    """What became of a table. `applied` is false for a trial, and when a bad line kept out all."""

    lines = fields.Integer(required=True)
    added = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    removed = fields.Integer(required=True)
    rejected = fields.List(fields.Nested(RejectedLine), required=True)
    applied = fields.Boolean(required=True)
