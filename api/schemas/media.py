"""The forms of photos and signatures."""

from marshmallow import Schema, fields

from api.schemas.fields import Moment, Text, Word
from checklists.media.states import ClockBasis, Doubt, MediaState, ThumbnailSize


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


class ThumbnailQuery(Schema):
    """Which thumbnail."""

    size = Word(
        ThumbnailSize, load_default=ThumbnailSize.SMALL, metadata={"description": "320 or 1280 pixels at most."}
    )


class PhotoEvidence(Schema):
    """What a picture says of itself (anybody can write anything there), beside what was told with it."""

    media_id = fields.String(required=True, attribute="claimed.media_id")
    digest = fields.String(required=True, attribute="claimed.digest")
    looked_at = fields.Boolean(
        required=True,
        attribute="claimed.looked_at",
        metadata={"description": "False: a worker has not looked into it yet."},
    )
    taken_at = Moment(required=True, allow_none=True, attribute="claimed.taken_at")
    taken_by_clock = Word(
        ClockBasis,
        required=True,
        allow_none=True,
        attribute="claimed.taken_by_clock",
        metadata={"description": "`region`: it names no offset, and was taken to be in the region's time."},
    )
    lat = fields.Float(required=True, allow_none=True, attribute="claimed.lat")
    lon = fields.Float(required=True, allow_none=True, attribute="claimed.lon")
    camera = fields.String(required=True, allow_none=True, attribute="claimed.camera")
    told_at = Moment(required=True, allow_none=True, attribute="told.at")
    told_lat = fields.Float(required=True, allow_none=True, attribute="told.lat", metadata={"description": "Degrees."})
    told_lon = fields.Float(required=True, allow_none=True, attribute="told.lon", metadata={"description": "Degrees."})
    told_accuracy_metres = fields.Float(
        required=True, allow_none=True, attribute="told.accuracy_metres", metadata={"description": "Metres."}
    )
    seconds_apart = fields.Integer(
        required=True,
        allow_none=True,
        attribute="comparison.seconds_apart",
        metadata={"description": "Seconds from what was told to the picture; negative: the picture is older."},
    )
    metres_apart = fields.Integer(
        required=True, allow_none=True, attribute="comparison.metres_apart", metadata={"description": "Metres."}
    )
    doubts = fields.List(Word(Doubt), required=True, attribute="comparison.doubts")


class OrderEvidence(Schema):
    """The evidence of an order's pictures that are here."""

    items = fields.List(fields.Nested(PhotoEvidence), required=True)
