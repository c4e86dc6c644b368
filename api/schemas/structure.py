"""The forms of changes to the structure of the territory: moves, retirements, sizes of groups, vacancies."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Moment, Text, Whole, Word, page_of, page_query
from api.schemas.territory import SIZE_REASON, Duty
from dispatch.territory.answering import Vacancy
from dispatch.territory.duties import DutyKind
from dispatch.territory.events import OpenOrders
from kernel.actor import Level

ODD_GROUPS = Cursor("group-sizes", str, UUID)
SIZE_POLICIES = Cursor("group-size-policies", datetime, UUID)
VACANCIES = Cursor("vacancies", str, UUID)
MOST_MOVES = 500
_DECISION = {
    "description": "What becomes of open orders that would be stranded; without it they are counted, and nothing is done."
}


class Retirement(Schema):
    """What is decided with the end of a place; `{}` where nothing has to be."""

    open_orders = Word(OpenOrders, load_default=None, allow_none=True, metadata=_DECISION)
    size_reason = Text(200, load_default=None, allow_none=True, metadata=SIZE_REASON)


class ZoneTarget(Schema):
    """A zone, and the group that it is to be in."""

    zone_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    expected_version = Whole(
        1, load_default=None, allow_none=True, metadata={"description": "The version of the zone that you saw."}
    )


class ZoneMoves(Schema):
    """Zones that are to be in other groups, all or none; sizes are looked at once all have moved."""

    moves = fields.List(fields.Nested(ZoneTarget), required=True, validate=validate.Length(1, MOST_MOVES))
    open_orders = Word(OpenOrders, load_default=None, allow_none=True, metadata=_DECISION)
    size_reason = Text(200, load_default=None, allow_none=True, metadata=SIZE_REASON)
    reason = Text(200, load_default=None, allow_none=True)


class ZonesMoved(Schema):
    """The zones that moved; those that were there already are left out."""

    moved = fields.List(fields.UUID(), required=True)


class ZoneMove(Schema):
    """The group that a zone is to be in."""

    group_id = fields.UUID(required=True)
    open_orders = Word(OpenOrders, load_default=None, allow_none=True, metadata=_DECISION)
    size_reason = Text(200, load_default=None, allow_none=True, metadata=SIZE_REASON)
    reason = Text(200, load_default=None, allow_none=True)


class GroupMove(Schema):
    """The station that a group is to be at; `code` is a new one, where that station has a group of its present code."""

    station_id = fields.UUID(required=True)
    code = Text(200, load_default=None, allow_none=True)
    open_orders = Word(OpenOrders, load_default=None, allow_none=True, metadata=_DECISION)
    reason = Text(200, load_default=None, allow_none=True)


class SizeReason(Schema):
    """Why a group holds the number of zones that it holds."""

    reason = Text(200, required=True)


class SizeReasonGiven(Schema):
    """Why a group was allowed a number of zones: who decided it, and when."""

    zones = fields.Integer(required=True)
    reason = fields.String(required=True)
    decided_by = fields.UUID(required=True)
    decided_at = Moment(required=True)


class OddGroup(Schema):
    """A group that holds fewer or more zones than it should; an empty one is being built, or wound up."""

    id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    zones = fields.Integer(required=True)
    fewest = fields.Integer(required=True)
    most = fields.Integer(required=True)
    last_reason = fields.Nested(SizeReasonGiven, required=True, allow_none=True)


class NewSizePolicy(Schema):
    """How many zones the groups of a region hold from a moment on (null: now)."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    fewest = Whole(1, 1000, required=True)
    most = Whole(1, 1000, required=True)
    effective_from = Moment(load_default=None, allow_none=True)


class SizePolicy(Schema):
    """How many zones the groups of a region hold, from a moment on; 3 to 5 before the first."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    fewest = fields.Integer(required=True)
    most = fields.Integer(required=True)
    effective_from = Moment(required=True)
    set_by = fields.UUID(required=True)
    created_at = Moment(required=True)


class NewVacancy(Schema):
    """That nobody answers for a place from a moment on (null: now), and why."""

    kind = Word(DutyKind, required=True)
    reason = Text(200, required=True)
    valid_from = Moment(load_default=None, allow_none=True)


class VacantPlace(Schema):
    """A place that nobody answers for, or soon nobody will."""

    level = Word(Level, required=True)
    id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = Word(DutyKind, required=True)
    state = Word(
        Vacancy,
        required=True,
        metadata={"description": "Nobody holds the duty; its holder has left; or it ends without a successor."},
    )
    since = Moment(
        required=True, allow_none=True, metadata={"description": "From when on; null: since the place was opened."}
    )
    reason = fields.String(required=True, allow_none=True)
    user_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Who holds or held it last."})


class AnsweringPlace(Schema):
    """A place of a station, and who answered for it in which capacity."""

    level = Word(Level, required=True)
    id = fields.UUID(required=True)
    group_id = fields.UUID(required=True, allow_none=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    duties = fields.List(fields.Nested(Duty), required=True)


class StationAnswering(Schema):
    """Who answered for a station, its groups and its zones at a moment."""

    at = Moment(required=True)
    items = fields.List(fields.Nested(AnsweringPlace), required=True)


_REGION = fields.UUID(load_default=None, metadata={"description": "Yours if left out."})
OddGroupQuery = page_query(ODD_GROUPS, "OddGroupQuery", region_id=_REGION, station_id=fields.UUID())
SizePolicyQuery = page_query(SIZE_POLICIES, "SizePolicyQuery", region_id=_REGION)
VacancyQuery = page_query(VACANCIES, "VacancyQuery", region_id=fields.UUID(), station_id=fields.UUID())
OddGroupPage = page_of(OddGroup, "OddGroupPage")
SizePolicyPage = page_of(SizePolicy, "SizePolicyPage")
VacancyPage = page_of(VacantPlace, "VacancyPage")
