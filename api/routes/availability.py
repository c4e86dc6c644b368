"""Who can be sent out when: everybody's day, and one person's calendar."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.availability import AVAILABILITY, AvailabilityPage, AvailabilityQuery, CalendarQuery, PersonCalendar
from api.transactions import request_reading
from dispatch.people import daily
from dispatch.work_orders import workload

blp = Blueprint("availability", "Who can be sent out when: shifts, absences and free time.")


@blp.route("/availability")
class Availability(MethodView):
    """Everybody's day."""

    @blp.arguments(AvailabilityQuery, location="query")
    @blp.page(AvailabilityPage)
    def get(self, query: Loaded) -> Answer:
        """List the technicians in your scope with their shifts, absences and free time of a day."""
        with request_reading() as reading:
            page = daily.page_of_days(reading, **query)
            loads = workload.loads_of(reading, [one.technician_id for one in page.items])
            body, headers = AVAILABILITY.show(page)
        names = ("free_seconds", *daily.PersonDay.__dataclass_fields__)
        body["items"] = [
            {**{name: getattr(one, name) for name in names}, "open_orders": loads.get(one.technician_id, 0)}
            for one in page.items
        ]
        return body, headers


@blp.route("/technicians/<uuid:technician_id>/calendar")
class Calendar(MethodView):
    """One person's calendar."""

    @blp.arguments(CalendarQuery, location="query")
    @blp.response(200, PersonCalendar)
    def get(self, query: Loaded, technician_id: UUID) -> Answer:
        """Show the shifts and absences of a technician in some days, and when they can be sent out."""
        with request_reading() as reading:
            return daily.calendar(reading, technician_id, **query)
