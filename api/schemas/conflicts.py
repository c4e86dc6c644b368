"""The forms of what phones recorded that does not fit, and that a person settles."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Moment, Text, page_of, page_query

CONFLICTS = Cursor("conflicts", datetime, UUID)


class Conflict(Schema):
    """A conflict: about which order, caused by which log entry of whom, to be settled by when. Nobody's work was dropped."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    work_order_id = fields.UUID(required=True)
    op_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"example": "concurrent_answers"})
    code = fields.String(required=True, allow_none=True)
    detail = fields.Dict(required=True, metadata={"description": "All that is known about it, both sides."})
    deadline_at = Moment(required=True)
    created_at = Moment(required=True)
    resolved_at = Moment(required=True, allow_none=True)
    resolved_by = fields.UUID(required=True, allow_none=True)
    resolution = fields.String(required=True, allow_none=True)


class Resolution(Schema):
    """How a conflict was settled, in words that stay."""

    resolution = Text(200, required=True, metadata={"example": "已电话核实，以现场检测值为准"})


ConflictQuery = page_query(
    CONFLICTS,
    "ConflictQuery",
    open_only=fields.Boolean(load_default=True, metadata={"description": "Only those that nobody has settled."}),
    work_order_id=fields.UUID(),
)
ConflictPage = page_of(Conflict, "ConflictPage")
