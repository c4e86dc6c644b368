"""The forms of many commands in one request, and of what each came to."""

from marshmallow import Schema, fields, validate

from api.batches import MOST
from api.components import ProblemSchema
from api.schemas.clocks import NewPriority, Versioned
from api.schemas.fields import Whole
from api.schemas.work_orders import OrderCommand, Outcome

HOW_MANY = validate.Length(min=1, max=MOST)


class CommandOfMany(OrderCommand):
    """A command for one of several orders."""

    order_id = fields.UUID(required=True)
    expected_version = Whole(
        1, 2**31 - 1, load_default=None, allow_none=True, metadata={"description": "As `If-Match` for one order."}
    )


class ManyCommands(Schema):
    """Commands for several orders, carried out one after the other."""

    items = fields.List(fields.Nested(CommandOfMany), required=True, validate=HOW_MANY)


class PriorityOfMany(NewPriority):
    """The new tier of one of several orders."""

    order_id = fields.UUID(required=True)


class ManyPriorities(Schema):
    """New tiers of several orders, one after the other."""

    items = fields.List(fields.Nested(PriorityOfMany), required=True, validate=HOW_MANY)


class ResultOfMany(Schema):
    """What became of one of several: what it would have been answered with alone."""

    order_id = fields.UUID(required=True)
    status = fields.Integer(required=True, metadata={"description": "200, or the status of the problem."})
    problem = fields.Nested(ProblemSchema, required=True, allow_none=True)


class CommandResult(ResultOfMany):
    """What became of one of several commands."""

    command_id = fields.UUID(required=True)
    outcome = fields.Nested(Outcome, required=True, allow_none=True)


class PriorityResult(ResultOfMany):
    """What became of one of several new tiers."""

    outcome = fields.Nested(Versioned, required=True, allow_none=True)


class CommandResults(Schema):
    """What became of each command, in their order."""

    items = fields.List(fields.Nested(CommandResult), required=True)


class PriorityResults(Schema):
    """What became of each new tier, in their order."""

    items = fields.List(fields.Nested(PriorityResult), required=True)
