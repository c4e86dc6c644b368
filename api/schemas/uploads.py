"""The forms of resumable uploads."""

from marshmallow import Schema, fields

from api.schemas.fields import Moment, Word
from sync.uploads.states import UploadState


class UploadShown(Schema):
    """An upload as its phone may ask for it; tus itself has everything in headers."""

    id = fields.UUID(required=True)
    media_id = fields.String(required=True)
    work_order_id = fields.UUID(required=True)
    length = fields.Integer(required=True, metadata={"description": "Bytes."})
    offset = fields.Integer(required=True, metadata={"description": "Bytes that are here."})
    state = Word(UploadState, required=True)
    code = fields.String(required=True, allow_none=True, metadata={"description": "Why it failed."})
    due_at = Moment(required=True, metadata={"description": "Until when it is kept while it is open."})
