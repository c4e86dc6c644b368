"""The forms of inspection reviews (抽检): the queue, what a reviewer sees and hands in, verdicts, appeals, faults."""

from datetime import datetime
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Flag, Moment, Text, Whole, Word, page_of, page_query
from api.schemas.flat import Flat
from api.schemas.marks import PERSONAL
from checklists.review.queries import SORTS
from checklists.review.states import (
    AppealState,
    Reopening,
    ReviewState,
    Severity,
    SlotState,
    Source,
    Verdict,
    Why,
)

REVIEW_QUEUE = Cursor("review-queue", datetime, UUID)
REVIEWS = Cursor("reviews", sorts=SORTS)
FAULTS = Cursor("fault-records", datetime, UUID)
_RISKS = {"description": "What made it more worth a look, with the facts that show it."}


class ReviewPart(Schema):
    """A part of a review that waits for a reviewer, or that you have in hands."""

    id = fields.UUID(required=True)
    review_id = fields.UUID(required=True)
    nth = fields.Integer(required=True, metadata={"description": "1, or 2 of a double review."})
    state = Word(SlotState, required=True)
    due_at = Moment(required=True)
    reviewer_id = fields.UUID(required=True, allow_none=True)
    lease_until = Moment(required=True, allow_none=True, metadata={"description": "Until when the claim is worth."})
    handed_to = fields.UUID(required=True, allow_none=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    work_order_id = fields.UUID(required=True)
    work_type = fields.String(required=True)
    template_code = fields.String(required=True)
    source = Word(Source, required=True)
    why = Word(Why, required=True)
    risks = fields.List(fields.Dict(keys=fields.String()), required=True, metadata=_RISKS)


class SheetMedia(Schema):
    """A photo of the work; the digest is null until it is here."""

    media_id = fields.String(required=True)
    sha256 = fields.String(required=True, allow_none=True)


class SheetItem(Schema):
    """An item of the checklist with its answer."""

    key = fields.String(required=True)
    step = fields.String(required=True)
    label = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    type = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    critical = fields.Boolean(required=True)
    value = fields.Raw(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    failed = fields.Boolean(required=True)
    withheld = fields.Boolean(required=True, metadata={"description": "True: you do not see this answer."})
    media = fields.List(fields.Nested(SheetMedia), required=True)
    most = fields.Integer(required=True, allow_none=True, metadata={"description": "Points; null: not scored."})


class ReviewSheet(Schema):
    """What a reviewer has before them. For an external assessor the customer is masked."""

    id = fields.UUID(required=True)
    review_id = fields.UUID(required=True)
    nth = fields.Integer(required=True)
    state = Word(SlotState, required=True)
    number = fields.String(required=True)
    work_type = fields.String(required=True)
    template_code = fields.String(required=True)
    title = fields.String(required=True, allow_none=True)
    technician_id = fields.UUID(required=True, allow_none=True)
    customer_name = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    customer_phone = fields.String(required=True, allow_none=True, metadata=PERSONAL)
    minimised = fields.Boolean(required=True)
    items = fields.List(fields.Nested(SheetItem), required=True)


class Claimed(Schema):
    """A claim."""

    lease_until = Moment(required=True)


class ReviewHandOver(Schema):
    """To whom a part goes; null takes it back."""

    user_id = fields.UUID(required=True, allow_none=True)


class NewFinding(Schema):
    """Something that was found."""

    severity = Word(Severity, required=True)
    text = Text(1000, required=True)
    item = Text(64, load_default=None, allow_none=True)
    media = fields.List(
        fields.String(validate=validate.Regexp("^[0-9a-f]{64}$")),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "SHA-256 digests of photos of the order."},
    )


class NewScores(Schema):
    """What a reviewer hands in."""

    scores = fields.Dict(
        keys=fields.String(validate=validate.Length(max=64)),
        values=Whole(0, 1000, allow_none=True),
        required=True,
        metadata={"description": "Points for every item of the sheet; null where it does not apply."},
    )
    findings = fields.List(fields.Nested(NewFinding), load_default=list, validate=validate.Length(max=100))
    note = Text(2000, load_default=None, allow_none=True)


class HandedIn(Schema):
    """What the part comes to by itself; the review has its verdict with its last part."""

    verdict = Word(Verdict, required=True)


class Review(Schema):
    """An inspection review. `score` is in percent."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    work_order_id = fields.UUID(required=True)
    template_code = fields.String(required=True)
    work_type = fields.String(required=True)
    technician_id = fields.UUID(required=True)
    source = Word(Source, required=True)
    why = Word(Why, required=True)
    plan_id = fields.UUID(required=True, allow_none=True)
    previous_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The review that asked for rework."}
    )
    parts = fields.Integer(required=True)
    state = Word(ReviewState, required=True)
    verdict = Word(Verdict, required=True, allow_none=True)
    score = fields.Float(required=True, allow_none=True)
    overturned = fields.Boolean(required=True)
    reopening = Word(Reopening, required=True, allow_none=True, metadata={"description": "What became of the order."})
    due_at = Moment(required=True)
    decided_at = Moment(required=True, allow_none=True)
    appeal_until = Moment(required=True, allow_none=True)
    created_at = Moment(required=True)
    version = fields.Integer(required=True)


class ReviewPartOf(Schema):
    """A part of a review. Who reviewed shows to planners, verdict and score with the review's own."""

    id = fields.UUID(required=True)
    nth = fields.Integer(required=True)
    state = Word(SlotState, required=True)
    reviewer_id = fields.UUID(required=True, allow_none=True)
    handed_to = fields.UUID(required=True, allow_none=True)
    verdict = Word(Verdict, required=True, allow_none=True)
    score = fields.Float(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    submitted_at = Moment(required=True, allow_none=True)


class ReviewScore(Schema):
    """The points of an item, by part."""

    nth = fields.Integer(required=True)
    item = fields.String(required=True)
    points = fields.Integer(required=True)
    most = fields.Integer(required=True)


class ReviewFinding(Schema):
    """Something that was found."""

    id = fields.UUID(required=True)
    nth = fields.Integer(required=True)
    item = fields.String(required=True, allow_none=True)
    severity = Word(Severity, required=True)
    text = fields.String(required=True)
    media = fields.List(fields.String(), required=True)


class ReviewAppeal(Schema):
    """An appeal, and what became of it."""

    id = fields.UUID(required=True)
    reason = fields.String(required=True)
    filed_at = Moment(required=True)
    decide_by = Moment(required=True)
    state = Word(AppealState, required=True)
    decided_at = Moment(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class ReviewDetail(Flat, Review):
    """A review with its parts; with the verdict come scores, findings and the appeal."""

    number = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    risks = fields.List(fields.Dict(keys=fields.String()), required=True, metadata=_RISKS)
    part_rows = fields.List(fields.Nested(ReviewPartOf), required=True)
    scores = fields.List(fields.Nested(ReviewScore), required=True)
    findings = fields.List(fields.Nested(ReviewFinding), required=True)
    appeal = fields.Nested(ReviewAppeal, required=True, allow_none=True)


class NewAppeal(Schema):
    """Why a verdict is wrong."""

    reason = Text(2000, required=True)


class AppealDecision(Schema):
    """What becomes of an appeal, and why."""

    overturn = Flag(required=True)
    note = Text(2000, required=True)


class FaultRecord(Schema):
    """A fault record (差错记录)."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    station_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    technician_id = fields.UUID(required=True)
    skill = fields.String(required=True, allow_none=True)
    work_type = fields.String(required=True)
    review_id = fields.UUID(required=True)
    work_order_id = fields.UUID(required=True)
    recorded_at = Moment(required=True)
    barred_at = Moment(required=True, allow_none=True, metadata={"description": "When it led to a bar from the skill."})
    removed_at = Moment(required=True, allow_none=True)
    removed_why = fields.String(required=True, allow_none=True)


ReviewQueueQuery = page_query(
    REVIEW_QUEUE,
    "ReviewQueueQuery",
    region_id=fields.UUID(load_default=None),
    mine=fields.Boolean(load_default=None, metadata={"description": "What you have in hands, or what you have not."}),
)
ReviewQueuePage = page_of(ReviewPart, "ReviewQueuePage")
ReviewQuery = page_query(
    REVIEWS,
    "ReviewQuery",
    state=fields.List(Word(ReviewState), metadata={"description": "One or several."}),
    verdict=Word(Verdict, load_default=None),
    technician_id=fields.UUID(load_default=None),
    plan_id=fields.UUID(load_default=None),
    work_order_id=fields.UUID(load_default=None),
)
ReviewPage = page_of(Review, "ReviewPage")
FaultQuery = page_query(
    FAULTS,
    "FaultQuery",
    technician_id=fields.UUID(load_default=None),
    skill=Text(32, load_default=None),
    standing=fields.Boolean(load_default=None, metadata={"description": "Only those that no appeal removed."}),
)
FaultPage = page_of(FaultRecord, "FaultPage")
