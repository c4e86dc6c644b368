"""The forms of what regions decide."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Json, Moment, page_of, page_query
from api.schemas.sla_policies import NewTrial

POLICIES = Cursor("region-policies", datetime, UUID)


class RegionPolicy(Schema):
    """What a region decided on a subject, from a moment on."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    subject = fields.String(required=True)
    rules = fields.Dict(keys=fields.String(), required=True)
    effective_from = Moment(required=True)
    set_by = fields.UUID(required=True)
    created_at = Moment(required=True)


class NewRegionPolicy(Schema):
    """What a region decides; your region if left out. The rules of each subject are in docs/policies.md."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    rules = Json(required=True, metadata={"description": "What is left out has its default."})
    effective_from = Moment(load_default=None, allow_none=True, metadata={"description": "Now if left out."})
    trial = fields.Nested(
        NewTrial,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Only `assignment_rule`: from now on its `code` counts in these zones and nowhere else."
        },
    )


PolicyQuery = page_query(
    POLICIES,
    "RegionPolicyQuery",
    region_id=fields.UUID(load_default=None, metadata={"description": "Yours if left out."}),
)
PolicyPage = page_of(RegionPolicy, "RegionPolicyPage")
