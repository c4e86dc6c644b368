"""The forms of single shifts and of swaps."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Flag, Moment, Text, Word, page_of, page_query
from api.schemas.rosters import PlaceNamed
from dispatch.people.states import SwapStatus

SHIFTS = Cursor("shifts", datetime, UUID)
SWAPS = Cursor("shift-swaps", datetime, UUID)


class Shift(Schema):
    """One person's shift on a day. It is never changed: it is removed, and another comes in its place (`replaces_id`)."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null: on the station's roster."})
    technician_id = fields.UUID(required=True)
    day = fields.Date(required=True)
    shift = fields.String(required=True, attribute="type_code")
    start_at = Moment(required=True)
    end_at = Moment(required=True)
    reason = fields.String(required=True, allow_none=True)
    replaces_id = fields.UUID(required=True, allow_none=True)
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    removed_by = fields.UUID(required=True, allow_none=True)
    removed_at = Moment(required=True, allow_none=True)
    removed_why = fields.String(required=True, allow_none=True)


class NewShift(PlaceNamed):
    """One more shift on a published day."""

    technician_id = fields.UUID(required=True)
    day = fields.Date(required=True)
    shift = Text(16, required=True, attribute="code", metadata={"example": "night"})
    reason = Text(500, required=True)


class ShiftChange(Schema):
    """Who takes a shift instead, or which other one it becomes."""

    technician_id = fields.UUID(load_default=None, allow_none=True)
    shift = Text(16, load_default=None, allow_none=True, attribute="code")
    reason = Text(500, required=True)


class ShiftRemoval(Schema):
    """Why a shift is taken off the roster."""

    reason = Text(500, required=True)


class Swap(Schema):
    """Two people take each other's shifts, once the other one has agreed."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True, allow_none=True)
    asker_id = fields.UUID(required=True)
    other_id = fields.UUID(required=True)
    asker_shift_id = fields.UUID(required=True)
    other_shift_id = fields.UUID(required=True)
    reason = fields.String(required=True)
    status = Word(SwapStatus, required=True)
    asked_at = Moment(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_at = Moment(required=True, allow_none=True)


class NewSwap(Schema):
    """One's own shift, and that of somebody else on the same roster."""

    shift_id = fields.UUID(required=True)
    other_shift_id = fields.UUID(required=True)
    reason = Text(500, required=True)


class SwapAnswer(Schema):
    """Whether one agrees to a swap."""

    agree = Flag(required=True)


ShiftQuery = page_query(
    SHIFTS,
    "ShiftQuery",
    station_id=fields.UUID(),
    group_id=fields.UUID(),
    technician_id=fields.UUID(),
    since=Moment(metadata={"description": "Begins then or later."}),
    until=Moment(metadata={"description": "Begins before."}),
    with_removed=fields.Boolean(load_default=False),
)
ShiftPage = page_of(Shift, "ShiftPage")
SwapOptionQuery = page_query(SHIFTS, "SwapOptionQuery")
SwapQuery = page_query(SWAPS, "SwapQuery", status=Word(SwapStatus))
SwapPage = page_of(Swap, "SwapPage")
