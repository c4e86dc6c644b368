"""The forms of absences, and of zones that nobody answers for meanwhile."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Flag, Moment, Text, Word, page_of, page_query
from dispatch.people.availability import AbsenceKind
from dispatch.people.states import AbsenceStatus

ABSENCES = Cursor("absences", datetime, UUID)


class Absence(Schema):
    """A time in which somebody is away, or asked to be."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    technician_id = fields.UUID(required=True)
    kind = Word(AbsenceKind, required=True)
    start_at = Moment(required=True)
    end_at = Moment(required=True)
    reason = fields.String(required=True, allow_none=True)
    status = Word(AbsenceStatus, required=True)
    requested_by = fields.UUID(required=True)
    requested_at = Moment(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_at = Moment(required=True, allow_none=True)
    decided_why = fields.String(required=True, allow_none=True)


class UncoveredZone(Schema):
    """A zone that nobody answers for in a time: its manager is away, and no deputy is there."""

    absence_id = fields.UUID(required=True)
    zone_id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    manager_id = fields.UUID(required=True)
    start_at = Moment(required=True)
    end_at = Moment(required=True)


class AbsenceDetail(Absence):
    """An absence with what follows from it: orders that are with the person now, and zones without anybody."""

    open_orders = fields.Integer(required=True)
    uncovered_zones = fields.List(fields.Nested(UncoveredZone), required=True)


class NewAbsence(Schema):
    """An absence to ask for: your own, or that of somebody whom you lead."""

    id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Yours; sent again, nothing doubles."}
    )
    technician_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "You if left out."})
    kind = Word(AbsenceKind, required=True)
    start_at = Moment(required=True)
    end_at = Moment(required=True)
    reason = Text(500, load_default=None, allow_none=True)
    approve = Flag(load_default=False, metadata={"description": "Approve it at once, for whoever may."})


class Decision(Schema):
    """Why, if there is something to say."""

    reason = Text(500, load_default=None, allow_none=True)


class Refusal(Schema):
    """Why not."""

    reason = Text(500, required=True)


AbsenceQuery = page_query(
    ABSENCES,
    "AbsenceQuery",
    station_id=fields.UUID(),
    group_id=fields.UUID(),
    technician_id=fields.UUID(),
    status=Word(AbsenceStatus),
    kind=Word(AbsenceKind),
    since=Moment(metadata={"description": "Ends later."}),
    until=Moment(metadata={"description": "Begins before."}),
)
AbsencePage = page_of(Absence, "AbsencePage")
UncoveredQuery = page_query(
    ABSENCES,
    "UncoveredQuery",
    station_id=fields.UUID(),
    group_id=fields.UUID(),
    since=Moment(load_default=None, metadata={"description": "Now if left out."}),
    until=Moment(load_default=None),
)
UncoveredPage = page_of(UncoveredZone, "UncoveredPage")
