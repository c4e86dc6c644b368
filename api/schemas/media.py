"""The forms of photos and signatures."""

from marshmallow import Schema, fields

from api.schemas.fields import Text, Word
from checklists.media.states import MediaState


class MediaFile(Schema):
    """A photo or signature of an order."""

    media_id = fields.String(required=True)
    state = Word(MediaState, required=True, metadata={"description": "`awaited`: named by an answer, not here yet."})
    digest = fields.String(
        required=True, allow_none=True, metadata={"description": "SHA-256 of its bytes, hexadecimal."}
    )
    content_type = fields.String(required=True, allow_none=True)
    size_bytes = fields.Integer(required=True, allow_none=True)
    width = fields.Integer(required=True, allow_none=True, metadata={"description": "Pixels."})
    height = fields.Integer(required=True, allow_none=True, metadata={"description": "Pixels."})
    user_id = fields.UUID(required=True)
    named_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True, metadata={"description": "Until when it is waited for."})
    verified_at = fields.AwareDateTime(required=True, allow_none=True)


class MediaFiles(Schema):
    """All files of an order."""

    items = fields.List(fields.Nested(MediaFile), required=True)


class Announced(Schema):
    """What the sender meant to send."""

    sha256 = Text(
        64,
        shortest=64,
        load_default=None,
        allow_none=True,
        metadata={"description": "SHA-256 of the bytes, hexadecimal; a file that came in otherwise is refused."},
    )
