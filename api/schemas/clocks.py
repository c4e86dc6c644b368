"""The forms of service clocks, and of what people change about them."""

from marshmallow import Schema, fields

from api.schemas.fields import Moment, Text, Word
from dispatch.sla.clock import ClockStatus, Colour, EventKind
from dispatch.sla.deadline import Priority
from dispatch.sla.notices import Notice
from dispatch.sla.pauses import ClockName
from dispatch.sla.segments import SegmentKind


class Clock(Schema):
    """A service clock of an order as it stands now; whole seconds."""

    clock = Word(ClockName, required=True)
    status = Word(ClockStatus, required=True, attribute="state.status")
    colour = Word(
        Colour, required=True, attribute="state.colour", metadata={"description": "Half gone, nearly due, overdue."}
    )
    started_at = Moment(required=True, attribute="state.started_at")
    stopped_at = Moment(required=True, allow_none=True, attribute="state.stopped_at")
    target_seconds = fields.Integer(required=True, allow_none=True, attribute="state.target_seconds")
    elapsed_seconds = fields.Integer(required=True, attribute="state.elapsed_seconds")
    paused_seconds = fields.Integer(required=True, attribute="state.paused_seconds")
    remaining_seconds = fields.Integer(
        required=True,
        allow_none=True,
        attribute="state.remaining_seconds",
        metadata={"description": "Below zero when overdue."},
    )
    due_at = Moment(
        required=True,
        allow_none=True,
        attribute="state.due_at",
        metadata={"description": "The last moment in time, if nothing more happens."},
    )
    breached_at = Moment(required=True, allow_none=True, attribute="state.breached_at")
    provisional = fields.Boolean(
        required=True,
        metadata={"description": "Overdue, but the phone of whoever has the order has not reported since."},
    )
    unknown_from = Moment(
        required=True,
        allow_none=True,
        attribute="state.unknown_from",
        metadata={"description": "From when on the calendar lacks the official notice of holidays."},
    )
    notice = Word(Notice, required=True, metadata={"description": "The last notice that was given."})
    coordinator_id = fields.UUID(required=True, allow_none=True)
    calendar = fields.String(required=True)
    policy_id = fields.UUID(required=True, allow_none=True)


class Clocks(Schema):
    """All clocks of an order."""

    items = fields.List(fields.Nested(Clock), required=True)


class ClockSegment(Schema):
    """A stretch of a clock's time, and what it did in it."""

    start = Moment(required=True)
    end = Moment(required=True)
    kind = Word(SegmentKind, required=True)
    seconds = fields.Integer(required=True)
    counted_seconds = fields.Integer(required=True)
    calendar = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    approver_id = fields.UUID(required=True, allow_none=True)


class ClockEvent(Schema):
    """A fact in the life of a clock; it stays for ever."""

    id = fields.UUID(required=True)
    kind = Word(EventKind, required=True)
    at = Moment(required=True, metadata={"description": "When it happened."})
    recorded_at = Moment(required=True, metadata={"description": "When we learnt of it."})
    reason = fields.String(required=True, allow_none=True)
    approver_id = fields.UUID(required=True, allow_none=True)
    until = Moment(required=True, allow_none=True)
    final = fields.Boolean(required=True, metadata={"description": "Of a breach: whether it is settled."})


class ClockExplanation(Schema):
    """A clock explained: the seconds of all segments sum to `total_seconds`, the counted ones to `elapsed_seconds`."""

    clock = fields.Nested(Clock, required=True, attribute="view")
    total_seconds = fields.Integer(required=True)
    segments = fields.List(fields.Nested(ClockSegment), required=True)
    events = fields.List(fields.Nested(ClockEvent), required=True)


class NewPriority(Schema):
    """Another tier for an order; its clocks get that tier's times and keep their start."""

    priority = Word(Priority, required=True)
    reason = Text(200, required=True)


class Versioned(Schema):
    """The version of the order after a change."""

    version = fields.Integer(required=True)


class HoldApproval(Schema):
    """Why somebody approves of an order's present hold, and perhaps until when it may last."""

    reason = Text(200, required=True)
    until = Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "Beyond the region's limit if need be; left out, it lasts as long as it was to last."},
    )
