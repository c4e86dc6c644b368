"""The forms of exams, of what keeps people from skills, and of certificates that are about to expire."""

from datetime import date, datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Flag, Moment, Text, Whole, Word, page_of, page_query
from dispatch.people.eligibility import SkillBar

EXAMS = Cursor("exams", date, UUID)
BARS = Cursor("skill-bars", datetime, UUID)
EXPIRING = Cursor("certificates", date, UUID, str)


class Exam(Schema):
    """An exam that somebody sat in a skill; never changed."""

    id = fields.UUID(required=True)
    technician_id = fields.UUID(required=True)
    skill = fields.String(required=True)
    taken_on = fields.Date(required=True)
    passed = fields.Boolean(required=True)
    score = fields.Integer(required=True, allow_none=True)
    examiner = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    recorded_by = fields.UUID(required=True)
    recorded_at = Moment(required=True)


class NewExam(Schema):
    """An exam to record. Failed, it bars from the skill until one is passed."""

    id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Yours; sent again, nothing doubles."}
    )
    skill = Text(200, required=True)
    taken_on = fields.Date(required=True)
    passed = Flag(required=True)
    score = Whole(-1000, 1000, load_default=None, allow_none=True, metadata={"description": "From 0 to 100."})
    examiner = Text(200, load_default=None, allow_none=True)
    note = Text(500, load_default=None, allow_none=True)


class Bar(Schema):
    """What keeps somebody from using a skill, until it is lifted (null: still)."""

    id = fields.UUID(required=True)
    technician_id = fields.UUID(required=True)
    skill = fields.String(required=True)
    kind = Word(SkillBar, required=True)
    reason = fields.String(required=True)
    began_at = Moment(required=True)
    began_by = fields.UUID(required=True)
    lifted_at = Moment(required=True, allow_none=True)
    lifted_by = fields.UUID(required=True, allow_none=True)
    lifted_why = fields.String(required=True, allow_none=True)


class NewBar(Schema):
    """A skill that somebody must not use until they were retrained."""

    skill = Text(200, required=True)
    reason = Text(500, required=True)


class Retraining(Schema):
    """That somebody was retrained in a skill."""

    skill = Text(200, required=True)
    note = Text(500, required=True)


class Expiring(Schema):
    """A certificate that ends with a day, and whose it is."""

    technician_id = fields.UUID(required=True)
    name = fields.String(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    skill = fields.String(required=True)
    level = fields.Integer(required=True)
    certificate = fields.String(required=True, allow_none=True)
    issuer = fields.String(required=True, allow_none=True)
    issued_on = fields.Date(required=True, allow_none=True)
    valid_until = fields.Date(required=True)


ExamQuery = page_query(EXAMS, "ExamQuery", skill=Text(32))
ExamPage = page_of(Exam, "ExamPage")
BarQuery = page_query(BARS, "BarQuery")
BarPage = page_of(Bar, "BarPage")
ExpiringQuery = page_query(
    EXPIRING,
    "ExpiringQuery",
    until=fields.Date(required=True, metadata={"description": "The last day that is looked at."}),
    since=fields.Date(metadata={"description": "Leaves out what ended before."}),
    station_id=fields.UUID(),
    group_id=fields.UUID(),
    skill=Text(32),
)
ExpiringPage = page_of(Expiring, "ExpiringPage")
