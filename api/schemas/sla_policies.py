"""The forms of service-level policies."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Moment, Whole, Word, page_of, page_query
from dispatch.sla.deadline import Priority

POLICIES = Cursor("sla-policies", datetime, UUID)
_YEARS = 10 * 366 * 24 * 60


class Policy(Schema):
    """The times of a priority tier in a region, from a moment on: minutes after the request; null where it sets none."""

    id = fields.UUID(required=True)
    priority = Word(Priority, required=True)
    respond_minutes = fields.Integer(required=True, allow_none=True, attribute="targets.respond_minutes")
    arrive_minutes = fields.Integer(required=True, allow_none=True, attribute="targets.arrive_minutes")
    resolve_minutes = fields.Integer(required=True, allow_none=True, attribute="targets.resolve_minutes")
    effective_from = Moment(required=True)


class NewPolicy(Schema):
    """The times of a tier from a moment on (null: now); orders keep those that they began with."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    priority = Word(Priority, required=True)
    respond_minutes = Whole(0, _YEARS, load_default=None, allow_none=True)
    arrive_minutes = Whole(0, _YEARS, load_default=None, allow_none=True)
    resolve_minutes = Whole(0, _YEARS, load_default=None, allow_none=True)
    effective_from = Moment(load_default=None, allow_none=True)


PolicyQuery = page_query(
    POLICIES,
    "PolicyQuery",
    region_id=fields.UUID(load_default=None, metadata={"description": "Yours if left out."}),
    priority=Word(Priority),
)
PolicyPage = page_of(Policy, "PolicyPage")
