"""The forms of the numbers that a region's rules about people go by."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Moment, Whole, Word, page_of, page_query
from dispatch.people.rules.numbers import PeopleRules, Reach

RULES = Cursor("people-rules", datetime, UUID)
_DEFAULTS = PeopleRules()


class Rules(Schema):
    """Numbers by which a region handles its people."""

    warn_days = fields.List(
        Whole(-10_000, 10_000),
        load_default=list(_DEFAULTS.warn_days),
        validate=validate.Length(max=20),
        metadata={"description": "How long before a certificate ends people are told."},
    )
    mentees_at_most = Whole(
        -10_000, 10_000, load_default=_DEFAULTS.mentees_at_most, metadata={"description": "Of one mentor at a time."}
    )
    mentor_within = Word(Reach, load_default=_DEFAULTS.mentor_within)
    plan_days_at_most = Whole(
        -10_000,
        10_000,
        load_default=_DEFAULTS.plan_days_at_most,
        metadata={"description": "The longest roster that is published at once."},
    )
    gap_days = Whole(
        -10_000,
        10_000,
        load_default=_DEFAULTS.gap_days,
        metadata={"description": "How far ahead hours without anybody on duty are looked for."},
    )
    absence_days_at_most = Whole(
        -10_000, 10_000, load_default=_DEFAULTS.absence_days_at_most, metadata={"description": "The longest absence."}
    )
    absence_back_days = Whole(
        -10_000,
        10_000,
        load_default=_DEFAULTS.absence_back_days,
        metadata={"description": "How long afterwards an absence may still be entered."},
    )


class NewRules(Rules):
    """Rules to set; what is left out is as by default."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    effective_from = Moment(load_default=None, allow_none=True)


class RulesInForce(Schema):
    """The rules of a region from a moment on."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    effective_from = Moment(required=True)
    rules = fields.Nested(Rules, required=True)
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)


class RegionRules(Schema):
    """The rules of a region that are in force now."""

    region_id = fields.UUID(required=True)
    rules = fields.Nested(Rules, required=True)


RulesQuery = page_query(
    RULES,
    "RulesQuery",
    region_id=fields.UUID(load_default=None, metadata={"description": "Yours if left out."}),
)
RulesPage = page_of(RulesInForce, "RulesPage")
