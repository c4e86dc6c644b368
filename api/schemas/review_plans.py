"""The forms of sampling plans (抽检计划) and spot checks."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Hex, Moment, Text, Word, page_of, page_query
from checklists.review.states import PlanState, Why

REVIEW_PLANS = Cursor("review-plans", datetime, UUID)
REVIEW_FRAME = Cursor("review-frame", UUID)


class ReviewPlan(Schema):
    """A region's sampling plan for a month."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    month = fields.String(required=True)
    state = Word(PlanState, required=True)
    rules = fields.Dict(keys=fields.String(), required=True, metadata={"description": "Those it is drawn by."})
    seed = fields.String(required=True)
    frame_digest = Hex(required=True, metadata={"description": "The SHA-256 of the frame in canonical JSON."})
    frame_size = fields.Integer(required=True)
    sample_size = fields.Integer(required=True, allow_none=True)
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    drawn_by = fields.UUID(required=True, allow_none=True)
    drawn_at = Moment(required=True, allow_none=True)


class NewReviewPlan(Schema):
    """A month that is over; your region if left out."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    month = Text(7, required=True, metadata={"description": "Like 2026-10, by the region's calendar."})


class ReviewFrameRow(Schema):
    """A finished run that could be drawn."""

    work_order_id = fields.UUID(required=True)
    run_id = fields.UUID(required=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    technician_id = fields.UUID(required=True)
    work_type = fields.String(required=True)
    completed_at = Moment(required=True)
    weight = fields.Integer(required=True)
    risks = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        metadata={"description": "What makes it more worth a look: `risk`, and the facts that show it."},
    )
    why = Word(Why, required=True, allow_none=True, metadata={"description": "What it was drawn for; null if not."})


class Fairness(Schema):
    """Pearson's chi-square test of the random share."""

    statistic = fields.Float(required=True)
    degrees = fields.Integer(required=True)
    critical = fields.Float(required=True, allow_none=True, metadata={"description": "The 0.1 % point."})
    fair = fields.Boolean(required=True, allow_none=True, metadata={"description": "Null: too little to tell."})


class PlanVerification(Schema):
    """Whether a drawing holds, found by drawing again."""

    plan_id = fields.UUID(required=True)
    frame_unchanged = fields.Boolean(required=True)
    same_sample = fields.Boolean(required=True)
    by_zone = fields.Nested(Fairness, required=True)
    by_technician = fields.Nested(Fairness, required=True)


class NewSpotCheck(Schema):
    """One order, or one technician of whose work of the last weeks one is taken by chance."""

    work_order_id = fields.UUID(load_default=None, allow_none=True)
    technician_id = fields.UUID(load_default=None, allow_none=True)
    note = Text(500, load_default=None, allow_none=True)


ReviewPlanQuery = page_query(REVIEW_PLANS, "ReviewPlanQuery", region_id=fields.UUID(load_default=None))
ReviewPlanPage = page_of(ReviewPlan, "ReviewPlanPage")
ReviewFrameQuery = page_query(
    REVIEW_FRAME,
    "ReviewFrameQuery",
    drawn=fields.Boolean(load_default=None, metadata={"description": "Only what was drawn, or only what was not."}),
)
ReviewFramePage = page_of(ReviewFrameRow, "ReviewFramePage")
