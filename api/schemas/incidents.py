"""The forms of major incidents (重大故障), their log and their orders."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, post_load, validate

from api.pages import Cursor
from api.schemas.fields import Flag, Json, Moment, Text, Whole, Word, page_of, page_query
from api.schemas.flat import Flat
from dispatch.incidents.children import COMMANDS
from dispatch.incidents.lifecycle import AfterAction, OpenChildren, Severity, State, Step
from dispatch.sla.deadline import Priority
from dispatch.work_orders.crew import DISSOLVE, KEEP, CrewRole
from dispatch.work_orders.crews import MOST
from dispatch.work_orders.lifecycle import Command, Status

INCIDENTS = Cursor("incidents", datetime, UUID)
UPDATES = Cursor("incident-updates", datetime, UUID)
MOST_ORDERS = 500
_COMMAND_ID = {"description": "Minted by you; sent again with the same one, it takes effect once."}
_NEXT = {"description": "When the next news is promised; who commands is reminded when it is overdue."}
_ORDERS = validate.Length(1, MOST_ORDERS)


class AfterActionForm(Schema):
    """What is said of an incident afterwards (复盘)."""

    cause = Text(2000, required=True)
    measures = Text(2000, required=True)
    lessons = Text(2000, load_default=None, allow_none=True)

    @post_load
    def _make(self, values: dict[str, Any], **_more: Any) -> AfterAction:
        return AfterAction(**values)


class AfterActionShown(Schema):
    """What was said of an incident afterwards (复盘)."""

    cause = fields.String(required=True)
    measures = fields.String(required=True)
    lessons = fields.String(required=True, allow_none=True)


class Incident(Schema):
    """A major incident as lists show it. Its places are the smallest that hold all of it."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    severity = Word(Severity, required=True)
    state = Word(State, required=True)
    work_type = fields.String(required=True, allow_none=True)
    commander_id = fields.UUID(required=True)
    declared_by = fields.UUID(required=True)
    declared_at = Moment(required=True)
    contained_at = Moment(required=True, allow_none=True)
    resolved_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    affected_customers = fields.Integer(required=True)
    affected_estimated = fields.Boolean(
        required=True, metadata={"description": "Whether the number is the sum of its zones' subscribers."}
    )
    next_update_at = Moment(required=True, allow_none=True, metadata=_NEXT)
    after_action = fields.Nested(AfterActionShown, required=True, allow_none=True)
    version = fields.Integer(required=True)
    updated_at = Moment(required=True)


class IncidentDetail(Flat, Incident):
    """A major incident with its zones, how many orders it has, and what may be asked of it."""

    zone_ids = fields.List(fields.UUID(), required=True)
    orders = fields.Integer(required=True)
    open_orders = fields.Integer(required=True, metadata={"description": "How many of them are not done."})
    steps = fields.List(Word(Step), required=True)


class NewIncident(Schema):
    """A major incident to declare: in zones, or in all of a group or station."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    title = Text(200, required=True)
    description = Text(2000, load_default=None, allow_none=True)
    severity = Word(Severity, required=True)
    zone_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=1000))
    group_id = fields.UUID(load_default=None, allow_none=True)
    station_id = fields.UUID(load_default=None, allow_none=True)
    work_type = Text(
        48, load_default=None, allow_none=True, metadata={"description": "The kind of its orders, for proposals."}
    )
    commander_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Who leads the group or station, if left out."}
    )
    affected_customers = Whole(
        0, 10_000_000, load_default=None, allow_none=True, metadata={"description": "Estimated if left out."}
    )
    next_update_at = Moment(load_default=None, allow_none=True, metadata=_NEXT)
    order_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_ORDERS))


class IncidentChange(Schema):
    """What to change of an incident; what is left out stays."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    reason = Text(200, load_default=None, allow_none=True)
    title = Text(200)
    severity = Word(Severity)
    commander_id = fields.UUID()
    affected_customers = Whole(0, 10_000_000)


class IncidentStep(Schema):
    """A step of an incident."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    step = Word(Step, required=True)
    text = Text(2000, load_default=None, allow_none=True, metadata={"description": "What those concerned are told."})
    open_children = Word(
        OpenChildren,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "For `resolve` while orders are not done: `resolve` cancels those that nobody works on yet, "
            "`leave` lets all go on."
        },
    )
    after_action = fields.Nested(AfterActionForm, load_default=None, allow_none=True)
    next_update_at = Moment(load_default=None, allow_none=True, metadata=_NEXT)


class IncidentOutcome(Schema):
    """What a command on an incident came to."""

    incident_id = fields.UUID(required=True)
    state = Word(State, required=True)
    version = fields.Integer(required=True)


class NewUpdate(Schema):
    """News of an incident."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    text = Text(2000, required=True)
    next_update_at = Moment(load_default=None, allow_none=True, metadata=_NEXT)
    staff = Flag(load_default=True, metadata={"description": "Whether the people concerned are told."})


class Update(Schema):
    """An entry of an incident's log."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"example": "progress"})
    text = fields.String(required=True, allow_none=True)
    user_id = fields.UUID(required=True)
    at = Moment(required=True)
    data = fields.Dict(keys=fields.String(), required=True)


class IncidentOrder(Schema):
    """An order of an incident: shown to whoever sees the incident, in short and without its customer."""

    id = fields.UUID(required=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    number = fields.String(required=True)
    status = Word(Status, required=True)
    priority = Word(Priority, required=True)
    work_type = fields.String(required=True)
    title = fields.String(required=True)
    assignee_id = fields.UUID(required=True, allow_none=True)
    received_at = Moment(required=True)
    resolve_due_at = Moment(required=True, allow_none=True)


class LinkedOrder(IncidentOrder):
    """An order that belongs to an incident, since when, and whether it is not done."""

    linked_at = Moment(required=True)
    is_open = fields.Boolean(required=True)


class LinkedOrders(Schema):
    """All orders of an incident, the latest received first."""

    items = fields.List(fields.Nested(LinkedOrder), required=True)


class SuggestedOrders(Schema):
    """Orders that may belong to an incident, the latest received first."""

    items = fields.List(fields.Nested(IncidentOrder), required=True)


class OrdersToLink(Schema):
    """Orders to gather under an incident."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    order_ids = fields.List(fields.UUID(), required=True, validate=_ORDERS)


class OrdersToUnlink(OrdersToLink):
    """Orders to let go from an incident."""

    reason = Text(200, required=True)


class NewIncidentOrder(Schema):
    """A new order for an incident."""

    zone_id = fields.UUID(required=True)
    work_type = Text(48, required=True)
    title = Text(200, required=True)
    priority = Word(Priority, load_default=Priority.EMERGENCY)
    description = Text(4000, load_default=None, allow_none=True)


class CreatedOrder(Schema):
    """The order that was made."""

    order_id = fields.UUID(required=True)


class ChildCommand(Schema):
    """A dispatcher's command on an order of an incident."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    command = Word(
        Command,
        required=True,
        validate=validate.OneOf(sorted(COMMANDS)),
        metadata={"enum": sorted(one.value for one in COMMANDS)},
    )
    data = Json(load_default=dict)


class ChildCrew(Schema):
    """Technicians of any group of the region to let into the crew of an order of an incident."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    user_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MOST))
    role = Word(
        CrewRole,
        load_default=CrewRole.MEMBER,
        validate=validate.OneOf([CrewRole.MEMBER, CrewRole.ASSISTANT]),
        metadata={"enum": ["member", "assistant"]},
    )
    reason = Text(200, load_default=None, allow_none=True)


class TakeOver(Schema):
    """An emergency to take over (接管)."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    reason = Text(200, required=True)
    crew = fields.String(load_default=KEEP, validate=validate.OneOf([KEEP, DISSOLVE]))


class Cluster(Schema):
    """Orders of one kind at one place that are not done: perhaps one incident."""

    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    work_type = fields.String(required=True)
    orders = fields.Integer(required=True)
    first_at = Moment(required=True)
    last_at = Moment(required=True)


class Clusters(Schema):
    """Where incidents are suspected, most orders first."""

    items = fields.List(fields.Nested(Cluster), required=True)


class Around(Schema):
    """How many hours to look at."""

    hours = fields.Integer(load_default=6, validate=validate.Range(1, 168))


class Suspected(Around):
    """Which orders count as one incident."""

    at_least = fields.Integer(load_default=3, validate=validate.Range(2, 1000))
    by_zone = fields.Boolean(load_default=False, metadata={"description": "By zone instead of by group."})


IncidentQuery = page_query(
    INCIDENTS,
    "IncidentQuery",
    state=fields.List(Word(State), metadata={"description": "One or several."}),
    severity=Word(Severity),
    region_id=fields.UUID(),
    station_id=fields.UUID(),
    group_id=fields.UUID(),
)
UpdateQuery = page_query(UPDATES, "IncidentUpdateQuery")
IncidentPage = page_of(Incident, "IncidentPage")
UpdatePage = page_of(Update, "IncidentUpdatePage")
