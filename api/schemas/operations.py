"""The forms of health."""

from marshmallow import Schema, fields


class Alive(Schema):
    """The process answers."""

    status = fields.Constant("alive", metadata={"type": "string"})


class HealthPart(Schema):
    """The state of one part."""

    ok = fields.Boolean(required=True)
    words = fields.String(required=True, metadata={"example": "2 at work"})


class Health(Schema):
    """The state of the product."""

    ready = fields.Boolean(required=True)
    parts = fields.Dict(keys=fields.String(), values=fields.Nested(HealthPart), required=True)
