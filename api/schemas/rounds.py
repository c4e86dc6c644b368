"""The forms of preventive rounds (巡检), their visits, and how well they are kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Clock, Flag, Moment, Text, Whole, Word, page_of, page_query
from api.schemas.flat import Flat
from dispatch.assets.life import AssetKind
from dispatch.rounds.planning import LONGEST_LEAD_DAYS, LONGEST_MINUTES, SHORTEST_MINUTES
from dispatch.rounds.recurrence import LONGEST
from dispatch.rounds.standing import OccurrenceState, PlanState, Step, TargetKind
from dispatch.rounds.targets import MOST_TARGETS
from dispatch.rounds.visits import Fate, OnHoliday
from dispatch.sla.deadline import Priority

ROUNDS = Cursor("rounds", UUID)
OCCURRENCES = Cursor("round-occurrences", datetime, UUID)
EVENTS = Cursor("round-events", datetime, UUID)
COMPLIANCE = Cursor("round-compliance", UUID)
_COMMAND_ID = {"description": "Minted by you; sent again with the same one, it takes effect once."}
_WITHDRAW = {"description": "Whether orders that are there and that nobody has begun are taken back."}
_RULE = {
    "description": "A rule of RFC 5545 that names days. The time of the day is that of the window.",
    "example": "FREQ=MONTHLY;BYDAY=1MO",
}
_NOTHING: dict[str, Any] = {"load_default": None, "allow_none": True}


class RoundRule(Schema):
    """What a round visits when; what is left out of a change stays."""

    title = Text(120)
    description = Text(2000, allow_none=True)
    work_type = Text(48, metadata={"description": "It says the skill that is needed, and the checklist."})
    template_code = Text(48, allow_none=True, metadata={"description": "Another checklist than that of the work type."})
    priority = Word(Priority)
    rule = Text(LONGEST, metadata=_RULE)
    starts_on = fields.Date()
    begins_at = Clock(metadata={"description": "When a visit may begin, by the wall clock of the region."})
    window_minutes = Whole(SHORTEST_MINUTES, LONGEST_MINUTES)
    target_kind = Word(TargetKind)
    target_ids = fields.List(
        fields.UUID(),
        validate=validate.Length(max=MOST_TARGETS),
        metadata={"description": "What is visited; empty: all zones of the place, or all its assets of `asset_kinds`."},
    )
    asset_kinds = fields.List(Word(AssetKind), validate=validate.Length(max=len(AssetKind)))
    lead_days = Whole(
        0, LONGEST_LEAD_DAYS, metadata={"description": "How many days before a visit its orders are made."}
    )
    on_holiday = Word(OnHoliday)
    calendar_id = fields.UUID(
        allow_none=True, metadata={"description": "The working calendar that says which days are worked."}
    )
    assign = Flag(metadata={"description": "Whether its orders are given to whoever answers for the zone."})


class NewRound(RoundRule):
    """A round to plan, at a station, a group or a zone."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    station_id = fields.UUID(**_NOTHING)
    group_id = fields.UUID(**_NOTHING)
    zone_id = fields.UUID(**_NOTHING)
    title = Text(120, required=True)
    work_type = Text(
        48, required=True, metadata={"description": "It says the skill that is needed, and the checklist."}
    )
    rule = Text(LONGEST, required=True, metadata=_RULE)
    starts_on = fields.Date(required=True)
    begins_at = Clock(
        required=True, metadata={"description": "When a visit may begin, by the wall clock of the region."}
    )
    window_minutes = Whole(SHORTEST_MINUTES, LONGEST_MINUTES, required=True)
    target_kind = Word(TargetKind, required=True)


class RoundChange(RoundRule):
    """What to change of a round; it counts for visits that have no orders yet."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    withdraw = Flag(load_default=False, metadata=_WITHDRAW)
    reason = Text(200, **_NOTHING)


class RoundStep(Schema):
    """A step of a round."""

    command_id = fields.UUID(required=True, metadata=_COMMAND_ID)
    step = Word(Step, required=True)
    withdraw = Flag(load_default=False, metadata=_WITHDRAW)
    reason = Text(200, **_NOTHING)


class RoundOutcome(Schema):
    """What a command on a round came to."""

    plan_id = fields.UUID(required=True)
    state = Word(PlanState, required=True)
    version = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True, metadata={"description": "How many orders were taken back."})


class Round(Schema):
    """A round as lists show it."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    title = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    work_type = fields.String(required=True)
    template_code = fields.String(required=True, allow_none=True)
    priority = Word(Priority, required=True)
    target_kind = Word(TargetKind, required=True)
    is_listed = fields.Boolean(required=True, metadata={"description": "Whether it names what it visits."})
    asset_kinds = fields.List(Word(AssetKind), required=True)
    rule = fields.String(required=True)
    starts_on = fields.Date(required=True)
    begins_at = Clock(required=True)
    window_minutes = fields.Integer(required=True)
    lead_days = fields.Integer(required=True)
    on_holiday = Word(OnHoliday, required=True)
    calendar_id = fields.UUID(required=True, allow_none=True)
    assign = fields.Boolean(required=True)
    state = Word(PlanState, required=True)
    end_reason = fields.String(required=True, allow_none=True)
    generated_to = fields.Date(required=True, metadata={"description": "The last day of its rule that was seen to."})
    created_by = fields.UUID(required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class RoundDetail(Flat, Round):
    """A round with what it names, and what may be asked of it."""

    target_ids = fields.List(fields.UUID(), required=True)
    steps = fields.List(Word(Step), required=True)


class RoundVisit(Schema):
    """A day of a round's rule, what becomes of it, and the window of its visit."""

    day = fields.Date(required=True)
    fate = Word(Fate, required=True, metadata={"description": "`unknown`: that year's holidays are not published yet."})
    start_at = Moment(required=True)
    end_at = Moment(required=True)
    is_made = fields.Boolean(required=True)


class RoundPreview(Schema):
    """What comes next of a round."""

    timezone = fields.String(required=True)
    targets = fields.Integer(required=True, metadata={"description": "How many of what it visits you see, as of now."})
    visits = fields.List(fields.Nested(RoundVisit), required=True)


class RoundPreviewQuery(Schema):
    """How many days to show."""

    count = fields.Integer(load_default=10, validate=validate.Range(1, 100))


class RoundOccurrence(Schema):
    """A visit of a round to one of its targets."""

    id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)
    title = fields.String(required=True)
    target_id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    day = fields.Date(required=True)
    window_start_at = Moment(required=True)
    window_end_at = Moment(required=True)
    is_undecided = fields.Boolean(
        required=True, metadata={"description": "Whether that year's holidays were not published when it was made."}
    )
    state = Word(OccurrenceState, required=True)
    is_missed = fields.Boolean(
        required=True, metadata={"description": "Its window is over, and the work was not done."}
    )
    is_late = fields.Boolean(required=True, metadata={"description": "It was done after its window."})
    done_at = Moment(required=True, allow_none=True)
    work_order_id = fields.UUID(required=True, allow_none=True)
    last_order_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The order that followed it up last, or the same."}
    )


class RoundEvent(Schema):
    """Something that was asked of a round."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"example": "pause"})
    user_id = fields.UUID(required=True)
    at = Moment(required=True)
    data = fields.Dict(keys=fields.String(), required=True)


class RoundCompliance(Schema):
    """How well a round was kept in a time. Planned are all visits but the withdrawn: in time, late, missed, still ahead."""

    plan_id = fields.UUID(required=True)
    title = fields.String(required=True)
    work_type = fields.String(required=True)
    planned = fields.Integer(required=True)
    generated = fields.Integer(required=True)
    in_time = fields.Integer(required=True)
    late = fields.Integer(required=True)
    missed = fields.Integer(required=True)
    ahead = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)
    kept_percent = fields.Float(
        required=True, allow_none=True, metadata={"description": "Those in time, of all whose time has come."}
    )


_OCCURRENCE_FILTERS: dict[str, fields.Field[Any]] = {
    "plan_id": fields.UUID(),
    "station_id": fields.UUID(),
    "group_id": fields.UUID(),
    "zone_id": fields.UUID(),
    "state": fields.List(Word(OccurrenceState), metadata={"description": "One or several."}),
    "missed": fields.Boolean(),
    "begins_from": Moment(),
    "begins_to": Moment(),
}
_PERIOD: dict[str, fields.Field[Any]] = {
    "begins_from": Moment(required=True),
    "begins_to": Moment(required=True),
    "station_id": fields.UUID(),
    "group_id": fields.UUID(),
    "zone_id": fields.UUID(),
}
RoundQuery = page_query(
    ROUNDS,
    "RoundQuery",
    state=fields.List(Word(PlanState), metadata={"description": "One or several."}),
    station_id=fields.UUID(),
    group_id=fields.UUID(),
    zone_id=fields.UUID(),
    work_type=Text(48),
)
RoundEventQuery = page_query(EVENTS, "RoundEventQuery")
RoundOccurrenceQuery = page_query(OCCURRENCES, "RoundOccurrenceQuery", **_OCCURRENCE_FILTERS)
RoundOccurrenceExport = type(
    "RoundOccurrenceExport", (Schema,), {"__doc__": "Which visits to export.", **_OCCURRENCE_FILTERS}
)
RoundComplianceQuery = page_query(COMPLIANCE, "RoundComplianceQuery", **_PERIOD)
RoundComplianceExport = type("RoundComplianceExport", (Schema,), {"__doc__": "Which time to export.", **_PERIOD})
RoundPage = page_of(Round, "RoundPage")
RoundEventPage = page_of(RoundEvent, "RoundEventPage")
RoundOccurrencePage = page_of(RoundOccurrence, "RoundOccurrencePage")
RoundCompliancePage = page_of(RoundCompliance, "RoundCompliancePage")
