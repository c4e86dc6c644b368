"""The forms of service-level policies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Flag, Moment, Text, Whole, Word, page_of, page_query
from dispatch.sla.deadline import Priority
from dispatch.sla.pauses import Approval, ClockName
from dispatch.territory.pilots import Stage

POLICIES = Cursor("sla-policies", datetime, UUID)
_YEARS = 10 * 366 * 24 * 60


class PauseRule(Schema):
    """A reason for which clocks pause. The limits are minutes of plain time: of one pause, and of all for this reason."""

    reason = Text(64, required=True)
    clocks = fields.List(Word(ClockName), load_default=list(ClockName), validate=validate.Length(min=1))
    longest_minutes = Whole(1, _YEARS, load_default=None, allow_none=True)
    total_minutes = Whole(1, _YEARS, load_default=None, allow_none=True)
    approval = Word(
        Approval,
        load_default=Approval.BEYOND_LIMIT,
        metadata={"description": "Whether a pause needs a leader's consent: never, beyond its limit, or always."},
    )


RULES: dict[str, fields.Field[Any]] = {
    "blue_percent": Whole(1, 100, load_default=50, metadata={"description": "Gone when the handler is informed."}),
    "yellow_percent": Whole(1, 100, load_default=75, metadata={"description": "Gone when the handler is reminded."}),
    "follow_customer": Flag(
        load_default=True, metadata={"description": "Whether the visit's time moves with the customer's wish."}
    ),
    "station_minutes": Whole(
        0, _YEARS, load_default=30, metadata={"description": "After a breach, the station is told."}
    ),
    "region_minutes": Whole(
        0, _YEARS, load_default=60, metadata={"description": "After a breach, the region is told."}
    ),
}


class NewTrial(Schema):
    """In which zones a policy is tried first, and why; see `/v1/pilots` for what follows."""

    zone_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=1000))
    reason = Text(500, required=True)


class Policy(Schema):
    """The times of a priority tier in a region, from a moment on: minutes after the request; null where it sets none."""

    id = fields.UUID(required=True)
    priority = Word(Priority, required=True)
    respond_minutes = fields.Integer(required=True, allow_none=True, attribute="targets.respond_minutes")
    arrive_minutes = fields.Integer(required=True, allow_none=True, attribute="targets.arrive_minutes")
    resolve_minutes = fields.Integer(required=True, allow_none=True, attribute="targets.resolve_minutes")
    effective_from = Moment(required=True)
    stage = Word(
        Stage, required=True, metadata={"description": "`trial`: it counts in pilot zones only; `stopped`: nowhere."}
    )
    work_type = fields.String(required=True, allow_none=True)
    customer_class = fields.String(required=True, allow_none=True)
    calendar_id = fields.UUID(required=True, allow_none=True)
    pauses = fields.List(fields.Nested(PauseRule), required=True, attribute="rules.pauses")
    blue_percent = fields.Integer(required=True, attribute="rules.blue_percent")
    yellow_percent = fields.Integer(required=True, attribute="rules.yellow_percent")
    follow_customer = fields.Boolean(required=True, attribute="rules.follow_customer")
    station_minutes = fields.Integer(required=True, attribute="rules.station_minutes")
    region_minutes = fields.Integer(required=True, attribute="rules.region_minutes")


class NewPolicy(Schema.from_dict(RULES)):  # type: ignore[misc]
    """The times of a tier from a moment on (null: now); orders keep those that they began with."""

    work_type = Text(48, load_default=None, allow_none=True, metadata={"description": "For this kind of work only."})
    customer_class = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(["vip"]),
        metadata={"description": "For this class of customers only."},
    )
    calendar_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Round the clock if left out."}
    )
    pauses = fields.List(fields.Nested(PauseRule), load_default=list, validate=validate.Length(max=50))
    trial = fields.Nested(NewTrial, load_default=None, allow_none=True)

    region_id = fields.UUID(load_default=None, allow_none=True)
    priority = Word(Priority, required=True)
    respond_minutes = Whole(0, _YEARS, load_default=None, allow_none=True)
    arrive_minutes = Whole(0, _YEARS, load_default=None, allow_none=True)
    resolve_minutes = Whole(0, _YEARS, load_default=None, allow_none=True)
    effective_from = Moment(load_default=None, allow_none=True)


PolicyQuery = page_query(
    POLICIES,
    "PolicyQuery",
    region_id=fields.UUID(load_default=None, metadata={"description": "Yours if left out."}),
    priority=Word(Priority),
)
PolicyPage = page_of(Policy, "PolicyPage")
