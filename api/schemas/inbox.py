"""The forms of what phones handed in and a person must look at."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from api.pages import Cursor
from api.schemas.fields import Moment, Text, Whole, Word, page_of, page_query
from sync.quarantine.deciding import LISTED, Decision
from sync.quarantine.service import MOST

INBOX_OPS = Cursor("inbox_ops", datetime, UUID)
_WAITING = [state.value for state in LISTED]


class InboxOp(Schema):
    """An op of a phone: what it is, since when it waits, and why."""

    op_id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    device_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    device_seq = fields.Integer(required=True, allow_none=True)
    type = fields.String(required=True, metadata={"example": "work_order.complete"})
    subject_id = fields.UUID(
        required=True, metadata={"description": "The work order, or the device where it names none."}
    )
    state = fields.String(required=True, metadata={"example": "quarantined"})
    code = fields.String(required=True, allow_none=True, metadata={"example": "unknown-order"})
    received_at = Moment(required=True)
    effective_at = Moment(required=True)
    time_quality = fields.String(required=True)
    hold_until = Moment(required=True, allow_none=True)
    settled_at = Moment(required=True, allow_none=True)


class InboxDecision(Schema):
    """What somebody decided about an op, and why."""

    decision = fields.String(required=True)
    code = fields.String(required=True, allow_none=True, metadata={"description": "Why it had waited."})
    reason = fields.String(required=True)
    decided_by = fields.UUID(required=True)
    decided_at = Moment(required=True)


class InboxOpDetail(Schema):
    """An op with its text as the phone wrote it."""

    op = fields.Nested(InboxOp, required=True)
    payload = fields.String(required=True, metadata={"description": "Its JSON, with sorted keys."})
    decisions = fields.List(fields.Nested(InboxDecision), required=True)


class StationBacklog(Schema):
    """How much of a station's phones waits."""

    station_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Null: of people who are at no station."}
    )
    station_name = fields.String(required=True, allow_none=True)
    pending = fields.Integer(required=True, metadata={"description": "For a worker."})
    oldest_pending_at = Moment(required=True, allow_none=True)
    held = fields.Integer(required=True, metadata={"description": "For a gap to fill."})
    quarantined = fields.Integer(required=True, metadata={"description": "For a person."})
    oldest_quarantined_at = Moment(required=True, allow_none=True)
    silent_devices = fields.Integer(required=True)


class StationBacklogs(Schema):
    """What waits, by station."""

    items = fields.List(fields.Nested(StationBacklog), required=True)


class BacklogQuery(Schema):
    """From when on a phone is called silent."""

    silent_hours = Whole(1, 24 * 365, load_default=24, metadata={"description": "Hours without a push."})


class OpFilter(Schema):
    """Which ops: all that is named must fit."""

    state = fields.String(validate=OneOf(_WAITING), load_default=LISTED[0].value)
    code = Text(64)
    type = Text(48)
    user_id = fields.UUID()
    device_id = fields.UUID()
    until = Moment(metadata={"description": "Received up to then."})


class OpsDecision(Schema):
    """A decision about ops: `replay` tries again, `release` takes them as they are, `discard` lets them have no effect."""

    decision = Word(Decision, required=True)
    reason = Text(200, required=True, metadata={"example": "已核实，设备交接期间的记录"})
    ids = fields.List(fields.UUID(), validate=Length(1, MOST))
    filter = fields.Nested(OpFilter, metadata={"description": f"Instead of ids; up to {MOST} at a time."})


class DecidedOp(Schema):
    """What became of one op."""

    id = fields.UUID(required=True)
    status = fields.String(
        required=True, metadata={"example": "done", "description": "done, unchanged, forbidden, unknown."}
    )
    code = fields.String(required=True, allow_none=True, metadata={"description": "Why it still waits."})


class DecidedOps(Schema):
    """What became of each; `more` tells that the filter finds others."""

    results = fields.List(fields.Nested(DecidedOp), required=True)
    more = fields.Boolean(required=True)


InboxOpQuery = page_query(
    INBOX_OPS,
    "InboxOpQuery",
    state=fields.String(validate=OneOf(_WAITING), load_default=LISTED[0].value),
    code=Text(64),
    type=Text(48),
    user_id=fields.UUID(),
    device_id=fields.UUID(),
    until=Moment(),
)
InboxOpPage = page_of(InboxOp, "InboxOpPage")
