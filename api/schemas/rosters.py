"""The forms of duty rosters: shifts as they recur, rotations, publishing, and who is on duty."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Flag, Moment, Text, Whole, page_of, page_query

SHIFT_TYPES = Cursor("shift-types", str, UUID)
ROTATIONS = Cursor("rotations", str, UUID)
MOST_SHIFTS = 5000
_CLOCK = "By the local clock, such as `08:30`."


class PlaceNamed(Schema):
    """A station, or one of its groups: exactly one of the two."""

    group_id = fields.UUID(load_default=None, allow_none=True)
    station_id = fields.UUID(load_default=None, allow_none=True)


class ShiftType(Schema):
    """A shift as it recurs (班次). One that ends at or before its start ends on the day after."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True, allow_none=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    starts = fields.String(required=True, metadata={"description": _CLOCK})
    ends = fields.String(required=True, metadata={"description": _CLOCK})
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class NewShiftType(PlaceNamed):
    """A shift to name at a station or group."""

    code = Text(200, required=True, metadata={"example": "night"})
    name = Text(200, required=True, metadata={"example": "夜班"})
    starts = Text(20, required=True, metadata={"description": _CLOCK, "example": "22:00"})
    ends = Text(20, required=True, metadata={"description": _CLOCK, "example": "06:00"})


_CYCLE = "For each day of the cycle the code of a shift, or null for a day off."


class Rotation(Schema):
    """A cycle of days (轮班) that repeats."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True, allow_none=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    cycle = fields.List(fields.String(allow_none=True), required=True, metadata={"description": _CYCLE})
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class NewRotation(PlaceNamed):
    """A cycle of days to name at a station or group."""

    code = Text(200, required=True, metadata={"example": "4-2"})
    name = Text(200, required=True, metadata={"example": "四班三运转"})
    cycle = fields.List(
        Text(16, allow_none=True),
        required=True,
        validate=validate.Length(max=400),
        metadata={"description": _CYCLE, "example": ["day", "day", "night", "night", None, None]},
    )


class Member(Schema):
    """Somebody in a rotation, and how many days further in the cycle they stand on the anchor day."""

    technician_id = fields.UUID(required=True)
    offset = Whole(0, 366, load_default=0)


class DraftAsked(Schema):
    """The days for which a rotation is drafted; on the anchor day a member of offset 0 stands on the first of the cycle."""

    anchor = fields.Date(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    members = fields.List(fields.Nested(Member), required=True, validate=validate.Length(1, 200))


class PlannedShift(Schema):
    """Somebody is to have a shift on a day."""

    technician_id = fields.UUID(required=True)
    day = fields.Date(required=True)
    shift = Text(16, required=True, attribute="code", metadata={"description": "Its code.", "example": "night"})


class Draft(Schema):
    """What a rotation gives its members; publish it as it is or changed."""

    shifts = fields.List(fields.Nested(PlannedShift), required=True)


class NewRoster(PlaceNamed):
    """A roster to publish. Who has no shift on these days is off duty."""

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    shifts = fields.List(fields.Nested(PlannedShift), required=True, validate=validate.Length(max=MOST_SHIFTS))
    replace = Flag(load_default=False, metadata={"description": "Take the place of what is published already."})
    reason = Text(500, load_default=None, allow_none=True)


class PublishedRoster(Schema):
    """What publishing came to. `absent` are the numbers of shifts, from 0, whose people are away at that time."""

    days = fields.Integer(required=True)
    added = fields.Integer(required=True)
    removed = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    absent = fields.List(fields.Integer(), required=True)


class OnDutyQuery(PlaceNamed):
    """Whose people are asked for, and when (left out: now)."""

    at = Moment(load_default=None)


class OnDutyPerson(Schema):
    """Somebody who is on duty, or would be if they were not away (`absent`)."""

    technician_id = fields.UUID(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    group_id = fields.UUID(required=True)
    shift_id = fields.UUID(required=True)
    shift = fields.String(required=True, attribute="type_code")
    start_at = Moment(required=True)
    end_at = Moment(required=True)
    absent = fields.Boolean(required=True)


class OnDutyList(Schema):
    """Everybody who is on duty, whoever began first at the top."""

    items = fields.List(fields.Nested(OnDutyPerson), required=True)


class GapsQuery(PlaceNamed):
    """Where gaps are looked for, from when on (left out: now), and how many days ahead (left out: as the region's rules say)."""

    since = Moment(load_default=None)
    days = fields.Integer(load_default=None, validate=validate.Range(1, 92))


class RosterGap(Schema):
    """A time in which nobody is on duty and there; `planned` tells whether a roster was published for it."""

    start_at = Moment(required=True)
    end_at = Moment(required=True)
    seconds = fields.Integer(required=True)
    planned = fields.Boolean(required=True)


class RosterGaps(Schema):
    """All gaps, the earliest first."""

    items = fields.List(fields.Nested(RosterGap), required=True)


_PATTERN_FILTERS: dict[str, fields.Field[Any]] = {
    "station_id": fields.UUID(),
    "group_id": fields.UUID(),
    "with_retired": fields.Boolean(load_default=False),
}
ShiftTypeQuery = page_query(SHIFT_TYPES, "ShiftTypeQuery", **_PATTERN_FILTERS)
ShiftTypePage = page_of(ShiftType, "ShiftTypePage")
RotationQuery = page_query(ROTATIONS, "RotationQuery", **_PATTERN_FILTERS)
RotationPage = page_of(Rotation, "RotationPage")
