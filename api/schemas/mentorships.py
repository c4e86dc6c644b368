"""The forms of mentors and mentees."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Moment, Text, page_of, page_query

MENTORSHIPS = Cursor("mentorships", datetime, UUID)


class Mentorship(Schema):
    """A mentor who looks after somebody new, from a moment until another (null: still)."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    mentor_id = fields.UUID(required=True)
    mentee_id = fields.UUID(required=True)
    valid_from = Moment(required=True)
    valid_to = Moment(required=True, allow_none=True)
    goal = fields.String(required=True, allow_none=True)
    ended_why = fields.String(required=True, allow_none=True)
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)


class NewMentorship(Schema):
    """A mentor and a mentee to pair."""

    mentor_id = fields.UUID(required=True)
    mentee_id = fields.UUID(required=True)
    valid_from = Moment(load_default=None, allow_none=True)
    valid_to = Moment(load_default=None, allow_none=True)
    goal = Text(500, load_default=None, allow_none=True)


class PairEnd(Schema):
    """Why a pair ends."""

    reason = Text(500, required=True)


MentorshipQuery = page_query(
    MENTORSHIPS,
    "MentorshipQuery",
    mentor_id=fields.UUID(),
    mentee_id=fields.UUID(),
    at=Moment(metadata={"description": "Those that hold at this moment."}),
)
MentorshipPage = page_of(Mentorship, "MentorshipPage")
