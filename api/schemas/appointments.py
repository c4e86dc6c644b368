"""The forms of visits (预约) and of the reasons of a region."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Flag, Moment, Text, Word, page_of, page_query
from dispatch.work_orders.reasons import ReasonKind
from dispatch.work_orders.visits import VisitState
from dispatch.work_orders.windows import AgreedChannel, RequestedBy

APPOINTMENTS = Cursor("appointments", datetime, UUID)


class Appointment(Schema):
    """A visit that was proposed or agreed, and what became of it."""

    id = fields.UUID(required=True)
    work_order_id = fields.UUID(required=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    technician_id = fields.UUID(required=True, allow_none=True)
    predecessor_id = fields.UUID(required=True, allow_none=True, metadata={"description": "The one that it replaced."})
    state = Word(VisitState, required=True)
    start_at = Moment(required=True)
    end_at = Moment(required=True)
    agreed_with = fields.String(required=True, allow_none=True)
    channel = Word(AgreedChannel, required=True, allow_none=True)
    requested_by = Word(RequestedBy, required=True, allow_none=True)
    recorded_by = fields.UUID(required=True, allow_none=True)
    agreed_at = Moment(required=True, allow_none=True)
    arrived_at = Moment(required=True, allow_none=True)
    is_late = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    updated_at = Moment(required=True)


class Appointments(Schema):
    """The visits of an order, the earliest first."""

    items = fields.List(fields.Nested(Appointment), required=True)


class NewAppointment(Schema):
    """A window that is proposed to the customer."""

    id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Minted by you, so that it takes effect once."}
    )
    start_at = Moment(required=True)
    end_at = Moment(required=True)
    requested_by = Word(RequestedBy, load_default=None, allow_none=True)
    channel = Word(AgreedChannel, load_default=None, allow_none=True)
    note = Text(500, load_default=None, allow_none=True)


class AppointmentWithdrawal(Schema):
    """Why a proposal is taken back."""

    reason = Text(64, load_default=None, allow_none=True)


AppointmentQuery = page_query(
    APPOINTMENTS,
    "AppointmentQuery",
    state=fields.List(Word(VisitState), load_default=list, metadata={"description": "One or several."}),
    technician_id=fields.UUID(load_default=None),
    zone_id=fields.UUID(load_default=None),
    since=Moment(load_default=None),
    until=Moment(load_default=None),
)
AppointmentPage = page_of(Appointment, "AppointmentPage")


class OrderReason(Schema):
    """A reason of a kind."""

    kind = Word(ReasonKind, required=True)
    code = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    active = fields.Boolean(required=True)
    needs_evidence = fields.Boolean(required=True)


class OrderReasons(Schema):
    """The reasons of a region."""

    items = fields.List(fields.Nested(OrderReason), required=True)


class OrderReasonQuery(Schema):
    """Which reasons are listed."""

    region_id = fields.UUID(load_default=None, metadata={"description": "Yours if left out."})
    kind = Word(ReasonKind, load_default=None)


class NewOrderReason(Schema):
    """A reason as a region wants it."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    label = Text(80, required=True)
    label_en = Text(80, required=True)
    active = Flag(load_default=True)
    needs_evidence = Flag(load_default=False)
