"""The forms of reference pictures."""

from marshmallow import Schema, fields

from api.schemas.fields import Moment


class PictureQuery(Schema):
    """Whose picture it is."""

    region_id = fields.UUID(load_default=None, metadata={"description": "Your own region if left out."})


class TemplatePicture(Schema):
    """A reference picture that items of templates name by its digest."""

    digest = fields.String(required=True, metadata={"description": "SHA-256 of its bytes, hexadecimal."})
    region_id = fields.UUID(required=True)
    content_type = fields.String(required=True, metadata={"example": "image/jpeg"})
    size_bytes = fields.Integer(required=True)
    width = fields.Integer(required=True, metadata={"description": "Pixels."})
    height = fields.Integer(required=True, metadata={"description": "Pixels."})
    kept_by = fields.UUID(required=True)
    kept_at = Moment(required=True)
