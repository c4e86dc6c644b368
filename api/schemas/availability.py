"""The forms of who can be sent out when."""

from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.absences import Absence
from api.schemas.fields import Moment, Word, page_of, page_query
from api.schemas.shifts import Shift
from dispatch.people.availability import AbsenceKind

AVAILABILITY = Cursor("availability", UUID)


class Span(Schema):
    """A stretch of time; its end belongs to it no more."""

    start_at = Moment(required=True, attribute="start")
    end_at = Moment(required=True, attribute="end")


class AbsenceSpan(Span):
    """An approved absence."""

    id = fields.UUID(required=True)
    kind = Word(AbsenceKind, required=True)


_ROSTERED = "False: no roster speaks for this time, and the person counts as on shift."


class PersonDay(Schema):
    """When a technician can be sent out on a day: on shift, or in no roster, and not away."""

    technician_id = fields.UUID(required=True)
    name = fields.String(required=True)
    station_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    start_at = Moment(required=True)
    end_at = Moment(required=True)
    rostered = fields.Boolean(required=True, metadata={"description": _ROSTERED})
    shifts = fields.List(fields.Nested(Span), required=True)
    absences = fields.List(fields.Nested(AbsenceSpan), required=True)
    free = fields.List(fields.Nested(Span), required=True)
    free_seconds = fields.Integer(required=True)
    open_orders = fields.Integer(required=True, metadata={"description": "Orders that are with the person now."})


class CalendarQuery(Schema):
    """From which day to which, both included."""

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class PersonCalendar(Schema):
    """The shifts and absences (asked for and approved) of a technician in some days, and when they can be sent out."""

    technician_id = fields.UUID(required=True)
    start_at = Moment(required=True)
    end_at = Moment(required=True)
    rostered = fields.Boolean(required=True, metadata={"description": _ROSTERED})
    shifts = fields.List(fields.Nested(Shift), required=True)
    absences = fields.List(fields.Nested(Absence), required=True)
    free = fields.List(fields.Nested(Span), required=True)


AvailabilityQuery = page_query(
    AVAILABILITY,
    "AvailabilityQuery",
    day=fields.Date(load_default=None, metadata={"description": "By each technician's region; today if left out."}),
    region_id=fields.UUID(load_default=None),
    station_id=fields.UUID(load_default=None),
    group_id=fields.UUID(load_default=None),
)
AvailabilityPage = page_of(PersonDay, "AvailabilityPage")
