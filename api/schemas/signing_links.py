"""The forms of links by which customers sign on their own phones."""

from marshmallow import Schema, fields

from api.schemas.fields import Flag, Hex, Moment, Whole, Word
from checklists.links.service import LONGEST_MINUTES, SHORTEST_MINUTES
from checklists.links.states import LinkState


class NewSigningLink(Schema):
    """A link to make for the customer of an order."""

    minutes = Whole(
        SHORTEST_MINUTES,
        LONGEST_MINUTES,
        load_default=None,
        allow_none=True,
        metadata={"description": "60 if left out."},
    )
    completed_at = Moment(
        load_default=None, allow_none=True, metadata={"description": "When the work was done, as it is shown."}
    )
    send = Flag(load_default=True, metadata={"description": "Whether link and code go to the customer's phone."})


class MadeSigningLink(Schema):
    """A link that was just made. Its address is shown this once; the code goes to the customer's phone only."""

    id = fields.UUID(required=True)
    link = fields.String(required=True)
    expires_at = Moment(required=True)
    told = fields.Boolean(required=True, metadata={"description": "Whether it is on its way to the customer's phone."})


class SigningLink(Schema):
    """A signing link, without its address."""

    id = fields.UUID(required=True)
    state = Word(LinkState, required=True)
    digest = Hex(required=True)
    attempts = fields.Integer(required=True)
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)
    sign_off_id = fields.UUID(required=True, allow_none=True)


class SigningLinks(Schema):
    """The signing links of an order, the latest first."""

    items = fields.List(fields.Nested(SigningLink), required=True)
