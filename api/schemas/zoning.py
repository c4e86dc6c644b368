"""The forms of zoning proposals."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Moment, Text, Whole, Word, page_of, page_query
from api.schemas.flat import Flat
from api.schemas.structure import Retirement
from dispatch.zoning.status import ProposalStatus

PROPOSALS = Cursor("zoning-proposals", datetime, UUID)
MOST_EDITS = 500
_SHARE = {
    "description": "As a share of the station's load; half subscribers and half work, unless it was asked otherwise."
}


class NewZoningProposal(Schema):
    """What to propose: for which station, and what counts as load."""

    id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Yours, so that asking again is safe."}
    )
    station_id = fields.UUID(required=True)
    days = Whole(1, 3660, load_default=90, metadata={"description": "How far back work counts; open work always does."})
    subscriber_percent = Whole(
        0, 100, load_default=50, metadata={"description": "How much of the load are subscribers; the rest is work."}
    )
    groups = Whole(
        1, 1000, load_default=None, allow_none=True, metadata={"description": "How many; as many as today if left out."}
    )


class ZoningEdit(Schema):
    """A zone that goes to the group of a code, or to another manager, or both."""

    zone_id = fields.UUID(required=True)
    group_code = Text(32, load_default=None, allow_none=True)
    manager_id = fields.UUID(load_default=None, allow_none=True)


class ZoningEdits(Schema):
    """Changes of a draft by hand."""

    edits = fields.List(fields.Nested(ZoningEdit), required=True, validate=validate.Length(1, MOST_EDITS))


class ZoningApplication(Retirement):
    """What is decided with the application of a proposal; `{}` where nothing has to be."""


class ZoningShare(Schema):
    """What a group or a person has."""

    zones = fields.Integer(required=True)
    subscribers = fields.Integer(required=True)
    orders = fields.Integer(required=True)
    minutes = fields.Integer(required=True, metadata={"description": "Minutes of work, by the duration of its type."})
    load_share = fields.Float(required=True, attribute="load", metadata=_SHARE)


class ZoningGroupFigures(Schema):
    """A group of a split; one without an id is opened when the proposal is applied."""

    group_id = fields.UUID(required=True, allow_none=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    share = fields.Nested(ZoningShare, required=True)
    people = fields.Integer(required=True)
    within_bounds = fields.Boolean(required=True)
    contiguous = fields.Boolean(required=True)
    zone_ids = fields.List(fields.UUID(), required=True)


class ZoningPersonFigures(Schema):
    """A person of a split, and the zones that they manage."""

    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    group_code = fields.String(required=True, allow_none=True)
    share = fields.Nested(ZoningShare, required=True)
    zone_ids = fields.List(fields.UUID(), required=True)


class ZoningEvenness(Schema):
    """How even loads are: the standard deviation by the mean, and the largest by the smallest (null: that is nothing)."""

    spread = fields.Float(required=True)
    largest_by_smallest = fields.Float(required=True, allow_none=True)


class ZoningFigures(Schema):
    """A split in figures."""

    groups = fields.List(fields.Nested(ZoningGroupFigures), required=True)
    people = fields.List(fields.Nested(ZoningPersonFigures), required=True)
    among_groups = fields.Nested(ZoningEvenness, required=True)
    among_people = fields.Nested(ZoningEvenness, required=True)
    unmanaged = fields.Integer(required=True, metadata={"description": "Zones without a technician as manager."})


class ZoningEffort(Schema):
    """What it takes to get from today to the proposal."""

    zones_moved = fields.Integer(required=True)
    managers_changed = fields.Integer(required=True)
    people_moved = fields.Integer(required=True)
    groups_opened = fields.Integer(required=True)
    groups_emptied = fields.Integer(required=True)


class ZoneOfProposal(Schema):
    """A zone as it was when the proposal was made; `touching` are its neighbours, `bridged` what stands in for them."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    group_id = fields.UUID(required=True)
    manager_id = fields.UUID(required=True, allow_none=True)
    subscribers = fields.Integer(required=True)
    orders = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    work = fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True, metadata={"description": "Minutes by work type."}
    )
    touching = fields.List(fields.UUID(), required=True)
    bridged = fields.List(fields.UUID(), required=True)


class ZoningProposal(Schema):
    """A proposed split of a station."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    status = Word(ProposalStatus, required=True)
    version = fields.Integer(required=True)
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    applied_by = fields.UUID(required=True, allow_none=True)
    applied_at = Moment(required=True, allow_none=True)
    undone_by = fields.UUID(required=True, allow_none=True)
    undone_at = Moment(required=True, allow_none=True)


class ZoningProposalDetail(Flat, ZoningProposal):
    """A proposal beside the day it was made on, in figures."""

    days = fields.Integer(required=True, attribute="basis.days")
    subscriber_percent = fields.Integer(required=True, attribute="basis.subscriber_percent")
    fewest = fields.Integer(required=True, attribute="basis.bounds.fewest")
    most = fields.Integer(required=True, attribute="basis.bounds.most")
    zones = fields.List(fields.Nested(ZoneOfProposal), required=True, attribute="basis.zones")
    today = fields.Nested(ZoningFigures, required=True)
    proposed = fields.Nested(ZoningFigures, required=True)
    effort = fields.Nested(ZoningEffort, required=True)
    managers = fields.Dict(
        keys=fields.UUID(),
        values=fields.UUID(),
        required=True,
        attribute="plan.managers",
        metadata={"description": "Who is to manage each zone."},
    )


ZoningProposalQuery = page_query(
    PROPOSALS, "ZoningProposalQuery", station_id=fields.UUID(), status=Word(ProposalStatus)
)
ZoningProposalPage = page_of(ZoningProposal, "ZoningProposalPage")
