"""The forms of working calendars and of the yearly notices of holidays."""

from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Json, Moment, Text, page_of, page_query

CALENDARS = Cursor("working-calendars", str, UUID)
_EXAMPLE = {
    "timezone": "Asia/Shanghai",
    "week": {"mon": [["08:30", "12:00"], ["14:00", "17:30"]], "sat": [["09:00", "12:00"]]},
    "made_up": [["08:30", "12:00"], ["14:00", "17:30"]],
    "holidays": "CN",
}
_ABOUT = (
    "`timezone` (IANA), `week` (shifts for mon to sun; one that ends before it starts ends on the day after), `made_up` (shifts "
    "of make-up workdays), `holidays` (`none`, `uploaded` or `CN`). Without a week it runs round the clock."
)


class WorkingCalendar(Schema):
    """A working calendar of a region."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    document = fields.Dict(keys=fields.String(), required=True, metadata={"description": _ABOUT})
    version = fields.Integer(required=True)
    updated_at = Moment(required=True)


class NewCalendar(Schema):
    """A working calendar to add."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    code = Text(48, required=True)
    name = Text(120, required=True)
    document = Json(required=True, metadata={"description": _ABOUT, "example": _EXAMPLE})


class CalendarNotice(Schema):
    """The official notice of one year: days off, and make-up workdays (调休)."""

    year = fields.Integer(required=True, strict=True)
    days = fields.List(
        Json(metadata={"example": {"name": "元旦", "date": "2027-01-01", "isOffDay": True}}),
        required=True,
        metadata={"description": "Each with `date`, `isOffDay`, and perhaps a `name`."},
    )

    class Meta:
        """The files that are passed around say more than we read."""

        unknown = "exclude"


class CalendarVersion(Schema):
    """The version of a calendar after a change."""

    version = fields.Integer(required=True)


CalendarQuery = page_query(
    CALENDARS,
    "CalendarQuery",
    region_id=fields.UUID(load_default=None, metadata={"description": "Yours if left out."}),
)
CalendarPage = page_of(WorkingCalendar, "CalendarPage")
