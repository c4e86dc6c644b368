"""The forms of trials in pilot zones."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Moment, Text, Word, page_of, page_query
from dispatch.territory.pilots import PilotKind, PilotOutcome

PILOTS = Cursor("pilots", datetime, UUID)
_REASON = 500
_SUBJECT = (
    "What is tried: the id of a service-level policy, the code of an assignment rule, "
    "or the code of a checklist template with its version."
)


class PilotZoneShown(Schema):
    """A zone in which something is tried, from a moment on."""

    zone_id = fields.UUID(required=True)
    valid_from = Moment(required=True)


class PilotShown(Schema):
    """A trial: what is tried counts in its zones and nowhere else, until it is rolled out (`full`) or given up (`stopped`)."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    kind = Word(PilotKind, required=True)
    subject = fields.String(required=True, metadata={"description": _SUBJECT})
    reason = fields.String(required=True)
    started_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)
    outcome = Word(PilotOutcome, required=True, allow_none=True)
    zones = fields.List(fields.Nested(PilotZoneShown), required=True)


class PilotZones(Schema):
    """More zones for a trial, from a moment on (null: now)."""

    zone_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=1000))
    effective_from = Moment(load_default=None, allow_none=True)


class NewPilot(Schema):
    """A trial to start, now."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    kind = Word(PilotKind, required=True)
    subject = Text(64, required=True, metadata={"description": _SUBJECT})
    zone_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=1000))
    reason = Text(_REASON, required=True)


class PilotEnd(Schema):
    """Why a trial ends."""

    reason = Text(_REASON, required=True)


PilotQuery = page_query(
    PILOTS,
    "PilotQuery",
    region_id=fields.UUID(load_default=None, metadata={"description": "Yours if left out."}),
    kind=Word(PilotKind),
    running=fields.Boolean(metadata={"description": "Only those that run, or only those that have ended."}),
)
PilotPage = page_of(PilotShown, "PilotPage")
