"""The answer to making something whose details are read elsewhere."""

from marshmallow import Schema, fields


class Created(Schema):
    """The id of what was made."""

    id = fields.UUID(required=True)
