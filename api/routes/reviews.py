"""Inspection reviews (抽检): the queue, claims, scores, verdicts, appeals and fault records."""

from uuid import UUID

from flask import Response
from flask.views import MethodView

from api import etags, transactions
from api.blueprints import PICTURES, Answer, Blueprint, Loaded, conditional
from api.schemas.reviews import (
    FAULTS,
    REVIEW_QUEUE,
    REVIEWS,
    AppealDecision,
    Claimed,
    FaultPage,
    FaultQuery,
    HandedIn,
    NewAppeal,
    NewScores,
    ReviewDetail,
    ReviewHandOver,
    ReviewPage,
    ReviewQuery,
    ReviewQueuePage,
    ReviewQueueQuery,
    ReviewSheet,
)
from api.transactions import request_reading, request_transaction
from checklists.review import queries
from checklists.review.appeals import service as appeals
from checklists.review.faults import queries as faults
from checklists.review.queue import queries as queue
from checklists.review.queue import service as holding
from checklists.review.scoring import sheet
from checklists.review.scoring.standard import Finding
from checklists.review.verdict import service as verdicts
from kernel.unit_of_work import Reading

blp = Blueprint("reviews", "Inspection reviews (抽检): queue, scores, verdicts, appeals, fault records.")


def _shown(reading: Reading, review_id: UUID) -> Answer:
    found = queries.review(reading, review_id)
    return found, etags.of_version(found.row.version)


@blp.route("/review-queue")
class Queue(MethodView):
    """What waits for reviewers."""

    @blp.arguments(ReviewQueueQuery, location="query")
    @blp.page(ReviewQueuePage)
    def get(self, query: Loaded) -> Answer:
        """List what you may review, what is due first: never your own group's work; for assessors what was handed over."""
        with request_reading() as reading:
            return REVIEW_QUEUE.show(queue.page_of_queue(reading, **query))


@blp.route("/review-parts/<uuid:part_id>")
class OnePart(MethodView):
    """One part of a review."""

    @blp.response(200, ReviewSheet)
    def get(self, part_id: UUID) -> Answer:
        """Show the work that is to be reviewed, item by item, and what each is worth."""
        with request_reading() as reading:
            return sheet.sheet(reading, part_id)


@blp.route("/review-parts/<uuid:part_id>/media/<string:media_id>")
class PartMedia(MethodView):
    """The photos of the work."""

    @blp.file(*PICTURES)
    def get(self, part_id: UUID, media_id: str) -> Response:
        """Return a photo of the work that is to be reviewed."""
        with request_reading() as reading:
            row = sheet.media_of_sheet(reading, part_id, media_id)
        assert row.digest is not None
        assert row.content_type is not None
        assert row.size_bytes is not None
        return transactions.blob_answer(row.digest, row.content_type, row.size_bytes)


@blp.route("/review-parts/<uuid:part_id>/claim")
class Claim(MethodView):
    """Taking a part."""

    @blp.response(200, Claimed)
    def post(self, part_id: UUID) -> Answer:
        """Take a part, or hold on to yours for longer."""
        with request_transaction() as uow:
            return {"lease_until": holding.claim(uow, slot_id=part_id)}


@blp.route("/review-parts/<uuid:part_id>/release")
class Release(MethodView):
    """Giving a part back."""

    @blp.response(204)
    def post(self, part_id: UUID) -> None:
        """Give a part back to the queue."""
        with request_transaction() as uow:
            holding.release(uow, slot_id=part_id)


@blp.route("/review-parts/<uuid:part_id>/hand-over")
class HandingOver(MethodView):
    """Parts for external assessors."""

    @blp.arguments(ReviewHandOver)
    @blp.response(204)
    def post(self, body: Loaded, part_id: UUID) -> None:
        """Hand a part to an external assessor, who sees that and nothing else; or take it back."""
        with request_transaction() as uow:
            holding.hand_over(uow, slot_id=part_id, **body)


@blp.route("/review-parts/<uuid:part_id>/submit")
class Submission(MethodView):
    """What a reviewer hands in."""

    @blp.arguments(NewScores)
    @blp.response(200, HandedIn)
    def post(self, body: Loaded, part_id: UUID) -> Answer:
        """Hand in scores and findings. With its last part a review has its verdict, and what follows happens."""
        findings = [Finding(**{**one, "media": tuple(one["media"])}) for one in body.pop("findings")]
        with request_transaction() as uow:
            return {"verdict": verdicts.submit(uow, slot_id=part_id, findings=findings, **body)}


@blp.route("/reviews")
class Reviews(MethodView):
    """All reviews in scope."""

    @blp.arguments(ReviewQuery, location="query")
    @blp.page(ReviewPage)
    def get(self, query: Loaded) -> Answer:
        """List reviews, the latest first: reviewers see all of their places, others what work of theirs came to."""
        states = tuple(query.pop("state", ()))
        with request_reading() as reading:
            return REVIEWS.show(queries.page_of_reviews(reading, states=states, **query), query["sort"])


@blp.route("/reviews/<uuid:review_id>")
class OneReview(MethodView):
    """One review."""

    @conditional
    @blp.response(200, ReviewDetail)
    def get(self, review_id: UUID) -> Answer:
        """Show a review; with the verdict come scores, findings and the appeal."""
        with request_reading() as reading:
            return _shown(reading, review_id)


@blp.route("/reviews/<uuid:review_id>/appeal")
class Appeal(MethodView):
    """The appeal against a verdict."""

    @blp.arguments(NewAppeal)
    @blp.response(201, ReviewDetail)
    def post(self, body: Loaded, review_id: UUID) -> Answer:
        """Appeal against the verdict on your own work, once and in time."""
        with request_transaction() as uow:
            appeals.appeal(uow, review_id=review_id, **body)
            return _shown(uow, review_id)


@blp.route("/reviews/<uuid:review_id>/appeal/decision")
class Decision(MethodView):
    """What becomes of an appeal."""

    @blp.arguments(AppealDecision)
    @blp.response(200, ReviewDetail)
    def post(self, body: Loaded, review_id: UUID) -> Answer:
        """Decide on an appeal, for good: for the region's operations, but not for whoever reviewed."""
        with request_transaction() as uow:
            appeals.decide(uow, review_id=review_id, **body)
            return _shown(uow, review_id)


@blp.route("/fault-records")
class Faults(MethodView):
    """Fault records."""

    @blp.arguments(FaultQuery, location="query")
    @blp.page(FaultPage)
    def get(self, query: Loaded) -> Answer:
        """List fault records of your places and your own, the latest first."""
        with request_reading() as reading:
            return FAULTS.show(faults.page_of_faults(reading, **query))
