"""The forms of erasing people's data: what was erased, what forbids it, and what is over by a region's rules."""

from marshmallow import Schema, fields

from api.schemas.fields import Flag, Moment, Text, Word
from api.schemas.marks import PERSONAL
from sync.erasure.disclosure import FORMAT
from sync.erasure.policy import Kind


class NewErasure(Schema):
    """Why all data of a customer are erased. It cannot be undone: try it first with `dry_run`."""

    reason = Text(300, required=True, metadata={"description": "Kept; without the customer's data in it, please."})
    dry_run = Flag(load_default=False, metadata={"description": "Whether it is only counted what would be erased."})


class CustomerErasure(Schema):
    """How much was erased, or would be."""

    customer_id = fields.UUID(required=True)
    dry_run = fields.Boolean(required=True)
    rows = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "How many rows of each table were overwritten."},
    )
    files = fields.Integer(required=True, metadata={"description": "Photos, signatures and reports whose bytes go."})


class NewDisclosure(Schema):
    """Why all that is kept about a customer is taken out."""

    reason = Text(300, required=True, metadata={"description": "Kept in the audit log, with who read it."})


class Disclosure(Schema):
    """All that is kept about one customer, as it stood at one moment (docs/disclosure.md)."""

    format = fields.String(required=True, metadata={"description": f"`{FORMAT}`: the form, with its version."})
    customer_id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    made_at = Moment(required=True)
    erased_at = Moment(required=True, allow_none=True, metadata={"description": "When their data were erased last."})
    held = fields.Boolean(required=True, metadata={"description": "Whether a hold forbids that they are erased."})
    data = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict(keys=fields.String())),
        required=True,
        metadata={"description": "The rows of each table, with all columns but secrets.", **PERSONAL},
    )


class NewHold(Schema):
    """Why nothing of a customer may be erased."""

    reason = Text(300, required=True)


class CustomerHold(Schema):
    """Why nothing of a customer is erased, neither on request nor by the region's rules."""

    customer_id = fields.UUID(required=True)
    reason = fields.String(required=True)
    set_by = fields.UUID(required=True)
    set_at = Moment(required=True)


class RetentionQuery(Schema):
    """Which region."""

    region_id = fields.UUID(load_default=None, metadata={"description": "Yours if left out."})


class RetentionDue(Schema):
    """What of one kind is over by the rules, and erased in the next round."""

    kind = Word(Kind, required=True)
    days = fields.Integer(required=True, metadata={"description": "For how many days it is kept; 0: for ever."})
    before = Moment(required=True, allow_none=True, metadata={"description": "What ended before this is over."})
    count = fields.Integer(required=True)


class RetentionReport(Schema):
    """What is over by the rules of a region. Nothing is changed by asking."""

    region_id = fields.UUID(required=True)
    items = fields.List(fields.Nested(RetentionDue), required=True)
