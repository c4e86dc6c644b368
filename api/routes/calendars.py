"""The working calendars that service clocks run by."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.calendars import (
    CALENDARS,
    CalendarNotice,
    CalendarPage,
    CalendarQuery,
    CalendarVersion,
    NewCalendar,
)
from api.schemas.created import Created
from api.transactions import request_reading, request_transaction
from dispatch.sla import queries, service

blp = Blueprint(
    "working-calendars", "Working calendars (工作日历): shifts, public holidays and make-up workdays (调休)."
)


@blp.route("/working-calendars")
class WorkingCalendars(MethodView):
    """The calendars of a region."""

    @blp.arguments(CalendarQuery, location="query")
    @blp.page(CalendarPage)
    def get(self, query: Loaded) -> Answer:
        """List the working calendars of a region, by code."""
        with request_reading() as reading:
            query["region_id"] = region_or_own(reading, query["region_id"])
            return CALENDARS.show(queries.page_of_calendars(reading, **query))

    @blp.arguments(NewCalendar)
    @blp.response(201, Created)
    def post(self, body: Loaded) -> Answer:
        """Add a working calendar to a region."""
        with request_transaction() as uow:
            region_id = region_or_own(uow, body.pop("region_id"))
            return {"id": service.add_calendar(uow, region_id=region_id, **body)}


@blp.route("/working-calendars/<uuid:calendar_id>/notices")
class CalendarNotices(MethodView):
    """The yearly notices of a calendar."""

    @blp.arguments(CalendarNotice)
    @blp.response(200, CalendarVersion)
    def post(self, body: Loaded, calendar_id: UUID) -> Answer:
        """Give a calendar the official notice of a year; clocks that waited for it run on."""
        with request_transaction() as uow:
            return {"version": service.add_notice(uow, calendar_id=calendar_id, notice=body)}
