"""The forms of what people decided about places that the map cannot place."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Moment, Text, Word, page_of, page_query
from api.schemas.marks import PERSONAL
from dispatch.territory.decisions import Ended

DECISIONS = Cursor("zone-decisions", datetime, UUID)


class ZoneDecision(Schema):
    """Somebody said which zone a place belongs to; it holds until it ends."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    zone_id = fields.UUID(required=True)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    decided_by = fields.UUID(required=True)
    decided_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)
    ended_by = fields.UUID(required=True, allow_none=True)
    end_reason = Word(Ended, required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class Revocation(Schema):
    """Why a decision is taken back."""

    note = Text(300, load_default=None, allow_none=True)


DecisionQuery = page_query(
    DECISIONS,
    "ZoneDecisionQuery",
    region_id=fields.UUID(),
    zone_id=fields.UUID(),
    with_ended=fields.Boolean(metadata={"description": "Also those that no longer hold."}),
)
DecisionPage = page_of(ZoneDecision, "ZoneDecisionPage")
