"""Appointments in the calendars of phones and mail programs (日历订阅)."""

from uuid import UUID

from flask.views import MethodView

from api import transactions
from api.auth import open_to_all
from api.blueprints import Answer, Blueprint, conditional
from api.schemas.calendar_feeds import CalendarFeed, MadeCalendarFeed
from api.transactions import request_reading, request_transaction
from dispatch.calendar_feeds import queries, service

blp = Blueprint("calendar-feeds", "Appointments in the calendars of phones and mail programs (日历订阅).")


@blp.route("/me/calendar")
class MyCalendar(MethodView):
    """The address of one's own calendar."""

    @blp.response(200, CalendarFeed)
    def get(self) -> Answer:
        """Tell since when my calendar has its address, which is not shown again."""
        with request_reading() as reading:
            return queries.my_feed(reading)

    @blp.response(201, MadeCalendarFeed)
    def post(self) -> Answer:
        """Make an address at which calendar programs find my appointments; an earlier one ends.

        It holds when, what kind of work, and in which zone; nothing about customers. For technicians, for as long as they are.
        """
        base = transactions.runtime().settings.public_address
        with request_transaction() as uow:
            made = service.make_address(uow)
            return {"url": f"{base}/v1/calendars/{made.token}.ics", "created_at": made.created_at}

    @blp.response(204)
    def delete(self) -> Answer:
        """End the address of my calendar: programs that have it find nothing any more."""
        with request_transaction() as uow:
            service.end_address(uow, user_id=uow.actor.user_id)


@blp.route("/users/<uuid:user_id>/calendar")
class CalendarOf(MethodView):
    """The address of somebody else's calendar."""

    @blp.response(204)
    def delete(self, user_id: UUID) -> Answer:
        """End the address of somebody's calendar, as when a phone is lost. For those in charge of the account."""
        with request_transaction() as uow:
            service.end_address(uow, user_id=user_id)


@blp.route("/calendars/<string:token>.ics")
class Calendar(MethodView):
    """A calendar by its secret address."""

    @open_to_all
    @conditional
    @blp.response(200, {"type": "string"}, content_type="text/calendar", description="iCalendar (RFC 5545), UTF-8.")
    def get(self, token: str) -> Answer:
        """Return the calendar at an address. Whoever has the address may; it says no more to them than that.

        Visits of the last 30 and the coming 180 days. Those that were dropped or moved stay for 14 days, marked as such.
        """
        from dispatch.calendar_feeds.icalendar_text import CONTENT_TYPE, tag_of, write

        with request_reading(lambda session, now: queries.owner_of(session, token, now)) as reading:
            agenda = queries.my_agenda(reading)
        tag = tag_of(agenda)
        known = transactions.already_has(tag)
        answer = transactions.Tagged(status=304) if known else transactions.Tagged(write(agenda))
        answer.set_etag(tag)
        answer.content_type = CONTENT_TYPE
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.headers["Content-Disposition"] = 'inline; filename="appointments.ics"'
        return answer
