"""The forms of who could do an order."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Moment, Word
from dispatch.assignment.rules import Exclusion, Nearness

MOST_SHOWN = 5000


class Reason(Schema):
    """Some points, what for, and how many of it count: orders, kilometres, or the level."""

    what = fields.String(required=True)
    points = fields.Integer(required=True)
    count = fields.Integer(required=True, allow_none=True)


class Candidate(Schema):
    """Somebody who may do the work, with their points and where these come from."""

    technician_id = fields.UUID(required=True)
    name = fields.String(required=True)
    score = fields.Integer(required=True)
    nearness = Word(Nearness, required=True)
    reasons = fields.List(fields.Nested(Reason), required=True)
    travel_metres = fields.Float(
        required=True, allow_none=True, metadata={"description": "The geodesic distance to the site, if it is known."}
    )
    travel_from = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(["previous", "seen", "base"]),
        metadata={"description": "From the appointment before, where their phone was last, or where their days begin."},
    )


class Barrier(Schema):
    """One reason why somebody may not have the work; about time with from when until when, about an overlap with which order."""

    why = Word(Exclusion, required=True)
    since = Moment(required=True, allow_none=True)
    until = Moment(required=True, allow_none=True)
    order_id = fields.UUID(required=True, allow_none=True)


class Excluded(Schema):
    """Somebody who may not do the work, and every reason why."""

    technician_id = fields.UUID(required=True)
    name = fields.String(required=True)
    why = Word(Exclusion, required=True, metadata={"description": "The first of the reasons."})
    barriers = fields.List(fields.Nested(Barrier), required=True)


class Candidates(Schema):
    """The technicians that you see: those who may, the best first, and those who may not; as many of each as you asked for."""

    rule = fields.String(
        required=True, metadata={"description": "The code of the rule that counts at the order's place."}
    )
    crew_size = fields.Integer(required=True)
    candidates = fields.List(fields.Nested(Candidate), required=True)
    candidates_total = fields.Integer(required=True)
    excluded = fields.List(fields.Nested(Excluded), required=True)
    excluded_total = fields.Integer(required=True)


class CandidatesQuery(Schema):
    """How far people are looked for, and how many are shown."""

    within = Word(
        Nearness,
        load_default=None,
        validate=validate.OneOf(["group", "station", "region"]),
        metadata={"description": "As the region's rule says if left out."},
    )
    technician_id = fields.UUID(
        load_default=None, metadata={"description": "Only what speaks for and against one person."}
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_SHOWN))
