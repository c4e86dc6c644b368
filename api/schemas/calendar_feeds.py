"""The forms of calendars that people subscribe to."""

from marshmallow import Schema, fields

from api.schemas.fields import Moment


class CalendarFeed(Schema):
    """That one has a calendar to subscribe to, and since when its address is good."""

    created_at = Moment(required=True)


class MadeCalendarFeed(Schema):
    """The address of one's calendar, shown this once. Whoever knows it sees the calendar."""

    url = fields.String(
        required=True,
        metadata={
            "description": "To be given to a calendar program as a subscription (Internet calendar).",
            "example": "https://fieldbeat.example/v1/calendars/9dm0wNZ_example.ics",
        },
    )
    created_at = Moment(required=True)
