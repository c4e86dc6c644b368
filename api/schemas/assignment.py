"""The forms of who could do an order."""

from marshmallow import Schema, fields

from api.schemas.fields import Word
from dispatch.assignment.ranking import Exclusion, Nearness


class Reason(Schema):
    """Some points, and what for."""

    what = fields.String(required=True)
    points = fields.Integer(required=True)


class Candidate(Schema):
    """Somebody who may do the work, with their points and where these come from."""

    technician_id = fields.UUID(required=True)
    name = fields.String(required=True)
    score = fields.Integer(required=True)
    nearness = Word(Nearness, required=True)
    reasons = fields.List(fields.Nested(Reason), required=True)


class Excluded(Schema):
    """Somebody who may not do the work, and why."""

    technician_id = fields.UUID(required=True)
    name = fields.String(required=True)
    why = Word(Exclusion, required=True)


class Candidates(Schema):
    """All technicians of the station that you see: those who may, the best first, and those who may not."""

    candidates = fields.List(fields.Nested(Candidate), required=True)
    excluded = fields.List(fields.Nested(Excluded), required=True)
