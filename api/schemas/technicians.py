"""The forms of technicians and skills."""

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Degrees, Moment, Text, Whole, Word, page_of, page_query, system_field
from dispatch.people.eligibility import SkillBar
from dispatch.people.queries import SORTS
from dispatch.territory.coordinates import CoordinateSystem

TECHNICIANS = Cursor("technicians", sorts=SORTS)


class HeldSkill(Schema):
    """A skill that a technician holds, to the end of a day (null: for good)."""

    skill = fields.String(required=True)
    level = fields.Integer(required=True, metadata={"description": "From 1 to 5."})
    certificate = fields.String(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    issuer = fields.String(required=True, allow_none=True)
    issued_on = fields.Date(required=True, allow_none=True)
    bars = fields.List(
        Word(SkillBar),
        required=True,
        metadata={"description": "What keeps the technician from using it: a failed exam, retraining."},
    )


class Technician(Schema):
    """A technician with their group and skills; the id is the person's."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    badge = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True)
    left_at = Moment(required=True, allow_none=True)
    skills = fields.List(fields.Nested(HeldSkill), required=True)


class Hire(Schema):
    """A person who becomes a technician of a group."""

    user_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    badge = Text(200, load_default=None, allow_none=True)


class Move(Schema):
    """The group that a technician moves to."""

    group_id = fields.UUID(required=True)


class BaseShown(Schema):
    """Where a technician's days begin, WGS 84 degrees; null where nobody knows."""

    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)


class NewBase(Schema):
    """Where a technician's days begin: a store, or what they name as home; null takes it back."""

    lat = Degrees(90, required=True, allow_none=True)
    lon = Degrees(180, required=True, allow_none=True)
    coordinate_system = system_field(load_default=CoordinateSystem.WGS84)


class Certificate(Schema):
    """How well a technician holds a skill, and until which day."""

    level = Whole(-100, 100, load_default=1, metadata={"description": "From 1 to 5."})
    certificate = Text(200, load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    issuer = Text(200, load_default=None, allow_none=True)
    issued_on = fields.Date(load_default=None, allow_none=True)


class Skill(Schema):
    """A skill of a region."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class NewSkill(Schema):
    """A skill to define, or to give another name."""

    region_id = fields.UUID(required=True)
    code = Text(200, required=True)
    name = Text(200, required=True)


class InRegion(Schema):
    """A region; yours if left out."""

    region_id = fields.UUID(load_default=None)


class Skills(Schema):
    """All skills of a region, by code."""

    items = fields.List(fields.Nested(Skill), required=True)


TechnicianQuery = page_query(
    TECHNICIANS,
    "TechnicianQuery",
    region_id=fields.UUID(),
    station_id=fields.UUID(),
    group_id=fields.UUID(),
    skill=Text(32, metadata={"description": "Held, perhaps expired."}),
    q=Text(80, metadata={"description": "Part of the name, or the beginning of the badge."}),
    active=fields.Boolean(metadata={"description": "Whether they have not left."}),
)
TechnicianPage = page_of(Technician, "TechnicianPage")
