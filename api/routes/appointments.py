"""Visits (预约) apart from orders, and the reasons of regions."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.appointments import (
    APPOINTMENTS,
    AppointmentPage,
    AppointmentQuery,
    Appointments,
    AppointmentWithdrawal,
    NewAppointment,
    NewOrderReason,
    OrderReasonQuery,
    OrderReasons,
)
from api.transactions import request_reading, request_transaction
from dispatch.work_orders import appointments, catalogue
from dispatch.work_orders.appointments import AppointmentFilter
from dispatch.work_orders.reasons import Reason, ReasonKind
from kernel.errors import NOT_FOUND

blp = Blueprint(
    "appointments", "Visits (预约) that were proposed to customers or agreed with them; and the reasons of regions."
)


@blp.route("/appointments")
class AllAppointments(MethodView):
    """Visits in scope."""

    @blp.arguments(AppointmentQuery, location="query")
    @blp.page(AppointmentPage)
    def get(self, query: Loaded) -> Answer:
        """List visits by time, those of your places and your own."""
        limit, after = query.pop("limit"), query.pop("after")
        filters = AppointmentFilter(tuple(query.pop("state")), **query)
        with request_reading() as reading:
            return APPOINTMENTS.show(
                appointments.page_of_appointments(reading, filters=filters, limit=limit, after=after)
            )


@blp.route("/work-orders/<uuid:order_id>/appointments")
class OrderAppointments(MethodView):
    """The visits of an order."""

    @blp.response(200, Appointments)
    def get(self, order_id: UUID) -> Answer:
        """List the visits of an order, what became of each, and which replaced which."""
        with request_reading() as reading:
            return {"items": appointments.appointments_of_order(reading, order_id)}

    @blp.arguments(NewAppointment)
    @blp.response(201, Appointments)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Propose a window to the customer. The order stays as it is until `schedule` agrees on one, by its `appointment_id`."""
        with request_transaction() as uow:
            appointments.propose(uow, order_id=order_id, appointment_id=body.pop("id"), **body)
            return {"items": appointments.appointments_of_order(uow, order_id)}


@blp.route("/appointments/<uuid:appointment_id>/withdraw")
class Withdrawal(MethodView):
    """The end of a proposal."""

    @blp.arguments(AppointmentWithdrawal)
    @blp.response(204)
    def post(self, body: Loaded, appointment_id: UUID) -> Answer:
        """Take back a proposal."""
        with request_transaction() as uow:
            appointments.withdraw(uow, appointment_id=appointment_id, **body)


@blp.route("/order-reasons")
class Reasons(MethodView):
    """Why things are done, as codes."""

    @blp.arguments(OrderReasonQuery, location="query")
    @blp.response(200, OrderReasons)
    def get(self, query: Loaded) -> Answer:
        """List the reasons of a region by kind, those out of use too."""
        with request_reading() as reading:
            region_id = region_or_own(reading, query["region_id"])
            return {"items": catalogue.reasons(reading, region_id, query["kind"])}


@blp.route("/order-reasons/<string:kind>/<string:code>")
class OneReason(MethodView):
    """A reason."""

    @blp.arguments(NewOrderReason)
    @blp.response(200, OrderReasons)
    def put(self, body: Loaded, kind: str, code: str) -> Answer:
        """Add a reason to a region, or change it, also one of the product's; phones learn of it. For the region's operations."""
        if kind not in list(ReasonKind):
            raise NOT_FOUND("kinds are " + ", ".join(ReasonKind))
        with request_transaction() as uow:
            region_id = region_or_own(uow, body.pop("region_id"))
            reason = Reason(ReasonKind(kind), code, **body)
            catalogue.set_reason(uow, region_id=region_id, reason=reason)
            return {"items": catalogue.reasons(uow, region_id, ReasonKind(kind))}
