"""The forms of work orders, their commands and their timeline."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Flag, Json, Moment, Text, Whole, Word, page_of, page_query
from api.schemas.flat import Flat
from api.schemas.marks import PERSONAL
from dispatch.incidents.lifecycle import Severity, State
from dispatch.sla.clock import Colour
from dispatch.sla.deadline import Priority
from dispatch.work_orders.crew import CrewRole
from dispatch.work_orders.lifecycle import Command, FollowUp, Status
from dispatch.work_orders.sorting import SORTS

ORDERS = Cursor("work-orders", sorts=SORTS)
TIMELINE = Cursor("timeline", datetime, UUID)


class WorkOrder(Schema):
    """A work order (工单) as lists show it."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    number = fields.String(required=True)
    status = Word(Status, required=True)
    priority = Word(Priority, required=True)
    work_type = fields.String(required=True)
    title = fields.String(required=True)
    customer_id = fields.UUID(required=True, allow_none=True)
    site_id = fields.UUID(required=True, allow_none=True)
    asset_id = fields.UUID(required=True, allow_none=True)
    assignee_id = fields.UUID(required=True, allow_none=True)
    received_at = Moment(required=True)
    window_start_at = Moment(required=True, allow_none=True)
    window_end_at = Moment(required=True, allow_none=True)
    respond_due_at = Moment(required=True, allow_none=True)
    arrive_due_at = Moment(required=True, allow_none=True)
    resolve_due_at = Moment(required=True, allow_none=True)
    responded_at = Moment(required=True, allow_none=True)
    arrived_at = Moment(required=True, allow_none=True)
    completed_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    eta_at = Moment(
        required=True, allow_none=True, metadata={"description": "When somebody on the way expects to be there."}
    )
    escalated = fields.Boolean(
        required=True, metadata={"description": "Declined so often that a leader has to see to it."}
    )
    follow_up = Word(
        FollowUp,
        required=True,
        allow_none=True,
        metadata={"description": "What follows an order that could not be completed; pending waits for a decision."},
    )
    needs_review = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    updated_at = Moment(required=True)


class Assignment(Schema):
    """Whom an order was given to, from when until when, and why."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    assigned_by = fields.UUID(required=True)
    assigned_at = Moment(required=True)
    reason = fields.String(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)


class CrewStint(Schema):
    """Somebody's time in the crew of an order, beside its lead: the assignee."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    role = Word(CrewRole, required=True)
    added_by = fields.UUID(required=True)
    joined_at = Moment(required=True)
    reason = fields.String(required=True, allow_none=True)
    left_at = Moment(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)


class OrderCustomer(Schema):
    """Whom an order is for, and how to reach them."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata=PERSONAL)
    phone = fields.String(
        required=True,
        allow_none=True,
        metadata=PERSONAL
        | {"description": "The end of it (`…5678`) for whoever only did the order, once that is closed or cancelled."},
    )
    vip = fields.Boolean(required=True)


class OrderSite(Schema):
    """Where an order is."""

    id = fields.UUID(required=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    address = fields.String(required=True, metadata=PERSONAL)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)


class Assignee(Schema):
    """Who has an order now."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)


class OrderIncident(Schema):
    """The major incident (重大故障) that an order belongs to, in short."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    severity = Word(Severity, required=True)
    state = Word(State, required=True)
    commander_id = fields.UUID(required=True)
    next_update_at = Moment(required=True, allow_none=True)


class WorkOrderDetail(Flat, WorkOrder):
    """A work order with everything about it but its timeline and its checklist."""

    customer = fields.Nested(OrderCustomer, required=True, allow_none=True)
    site = fields.Nested(OrderSite, required=True, allow_none=True)
    assignee = fields.Nested(Assignee, required=True, allow_none=True)

    incident = fields.Nested(
        OrderIncident,
        required=True,
        allow_none=True,
        metadata={"description": "The major incident that it belongs to."},
    )

    description = fields.String(required=True, allow_none=True)
    first_owner_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Who took the request first (首问负责)."}
    )
    parent_id = fields.UUID(required=True, allow_none=True)
    assignment_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The present assignment; commands may name it."}
    )
    hold_reason = fields.String(required=True, allow_none=True)
    hold_until = Moment(required=True, allow_none=True, metadata={"description": "When it is resumed by itself."})
    declines = fields.Integer(required=True, metadata={"description": "How often it was declined since it was opened."})
    closes_at = Moment(required=True, allow_none=True, metadata={"description": "When it is closed by itself."})
    repeat_visit = fields.Boolean(
        required=True, metadata={"description": "Whether it is a second visit for the same matter."}
    )
    assignments = fields.List(fields.Nested(Assignment), required=True)
    crew = fields.List(
        fields.Nested(CrewStint),
        required=True,
        metadata={"description": "Who is or was in its crew beside the lead, who is the assignee."},
    )
    commands = fields.List(
        Word(Command), required=True, metadata={"description": "What is possible from its state, whoever asks."}
    )


class NewWorkOrder(Schema):
    """A work order to create, in a zone."""

    zone_id = fields.UUID(required=True)
    work_type = Text(48, required=True, metadata={"description": "A code of `GET /v1/work-types`."})
    priority = Word(Priority, load_default=Priority.ROUTINE)
    title = Text(200, required=True)
    description = Text(4000, load_default=None, allow_none=True)
    customer_id = fields.UUID(load_default=None, allow_none=True)
    site_id = fields.UUID(load_default=None, allow_none=True)
    asset_id = fields.UUID(load_default=None, allow_none=True)
    received_at = Moment(load_default=None, allow_none=True)
    status = Word(
        Status,
        load_default=Status.OPEN,
        validate=validate.OneOf([Status.DRAFT, Status.OPEN]),
        metadata={"enum": ["draft", "open"]},
    )
    assign = Flag(load_default=False, metadata={"description": "Whether the order finds its technician by itself."})


class OrderCommand(Schema):
    """Something asked of an order. Sent again with the same `command_id`, it takes effect once."""

    command_id = fields.UUID(required=True, metadata={"description": "Minted by you; best a UUIDv7."})
    command = Word(Command, required=True)
    data = Json(
        load_default=dict,
        metadata={
            "description": "What the command needs: `technician_id`, `reason`, `window_start_at`, `window_end_at`, `crew`, … "
            "`override` says why somebody is chosen who is not the best, or whom a rule that may be passed over speaks against.",
            "example": {"technician_id": "01930000-0000-7000-8000-000000000000"},
        },
    )
    assignment_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "The assignment that you act under; refused with 409 if it has ended."},
    )


class Outcome(Schema):
    """What a command came to."""

    order_id = fields.UUID(required=True)
    status = Word(Status, required=True)
    version = fields.Integer(required=True)
    unchanged = fields.Boolean(required=True, metadata={"description": "Whether the order was there already."})
    created_order_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The follow-up order that the command made."}
    )


class TimelineEntry(Schema):
    """One entry in the life of an order."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"example": "work_order.arrive"})
    user_id = fields.UUID(required=True)
    device_id = fields.UUID(required=True, allow_none=True)
    effective_at = Moment(required=True, metadata={"description": "The corrected time of what happened."})
    time_quality = fields.String(required=True, metadata={"description": "How sure the correction is."})
    occurred_at = Moment(required=True, allow_none=True, metadata={"description": "The phone's own time."})
    recorded_at = Moment(required=True, metadata={"description": "When the server took it."})
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    accuracy_m = fields.Float(required=True, allow_none=True)
    data = fields.Dict(keys=fields.String(), required=True)
    flags = fields.List(fields.String(), required=True)


class WorkType(Schema):
    """A kind of work in a region, the skill that it needs and the checklist that goes with it."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True, allow_none=True)
    skill = fields.String(required=True, allow_none=True)
    template_code = fields.String(required=True, allow_none=True)
    minutes = fields.Integer(required=True, metadata={"description": "How long such a visit takes."})
    crew_size = fields.Integer(
        required=True, metadata={"description": "How many people it takes, the lead among them."}
    )


class NewWorkType(Schema):
    """A kind of work to define, or to change."""

    region_id = fields.UUID(required=True)
    code = Text(48, required=True)
    name = Text(120, required=True)
    name_en = Text(120, load_default=None, allow_none=True)
    skill = Text(32, load_default=None, allow_none=True, metadata={"description": "A code of `GET /v1/skills`."})
    template_code = Text(
        48, load_default=None, allow_none=True, metadata={"description": "The code of the checklist that goes with it."}
    )
    minutes = Whole(1, 10_080, load_default=60, metadata={"description": "How long such a visit takes."})
    crew_size = Whole(1, 50, load_default=1, metadata={"description": "How many people it takes, the lead among them."})


class WorkTypes(Schema):
    """All work types of a region, by code."""

    items = fields.List(fields.Nested(WorkType), required=True)


FILTERS: dict[str, fields.Field[Any]] = {
    "status": fields.List(Word(Status), metadata={"description": "One or several: `status=open&status=assigned`."}),
    "region_id": fields.UUID(),
    "station_id": fields.UUID(),
    "group_id": fields.UUID(),
    "zone_id": fields.UUID(),
    "technician_id": fields.UUID(metadata={"description": "Whom the order is assigned to."}),
    "priority": Word(Priority),
    "work_type": Text(48),
    "late": fields.Boolean(metadata={"description": "Past one of its times, and not done yet."}),
    "needs_review": fields.Boolean(),
    "escalated": fields.Boolean(metadata={"description": "Declined so often that a leader has to see to it."}),
    "follow_up": Word(
        FollowUp, metadata={"description": "Could not be completed, and what follows; pending waits for a decision."}
    ),
    "colour": fields.List(
        Word(Colour), metadata={"description": "With a clock that runs and has one of these colours."}
    ),
    "received_from": Moment(metadata={"description": "Received at this time or later."}),
    "received_to": Moment(metadata={"description": "Received before this time."}),
    "q": Text(80, metadata={"description": "The beginning of the number, or part of the title."}),
}


class OrderPhone(Schema):
    """A phone of somebody who does an order, or did."""

    device_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    knows = fields.Boolean(required=True, metadata={"description": "Whether it has taken in the order's last change."})
    last_seen_at = Moment(required=True, allow_none=True)


class OrderPhones(Schema):
    """The phones that hold an order, or held it."""

    items = fields.List(fields.Nested(OrderPhone), required=True)


OrderQuery = page_query(ORDERS, "OrderQuery", **FILTERS)
ExportQuery = type("ExportQuery", (Schema,), {"__doc__": "What an export shows.", **FILTERS})
TimelineQuery = page_query(TIMELINE, "TimelineQuery")
TimelinePage = page_of(TimelineEntry, "TimelinePage")
