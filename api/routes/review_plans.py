"""Sampling plans (抽检计划): the frame of a month, the drawing, its verification; and spot checks (飞行检查)."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.created import Created
from api.schemas.review_plans import (
    REVIEW_FRAME,
    REVIEW_PLANS,
    NewReviewPlan,
    NewSpotCheck,
    PlanVerification,
    ReviewFramePage,
    ReviewFrameQuery,
    ReviewPlan,
    ReviewPlanPage,
    ReviewPlanQuery,
)
from api.transactions import request_reading, request_transaction
from checklists.review.sampling import queries, service

blp = Blueprint("review-plans", "Sampling plans (抽检计划) and spot checks (飞行检查) of finished work.")


@blp.route("/review-plans")
class ReviewPlans(MethodView):
    """All plans of the caller's regions."""

    @blp.arguments(ReviewPlanQuery, location="query")
    @blp.page(ReviewPlanPage)
    def get(self, query: Loaded) -> Answer:
        """List the sampling plans of your regions, the latest first: for regional operations."""
        with request_reading() as reading:
            return REVIEW_PLANS.show(queries.page_of_plans(reading, **query))

    @blp.arguments(NewReviewPlan)
    @blp.response(201, ReviewPlan)
    def post(self, body: Loaded) -> Answer:
        """Store the frame of a month that is over, with weights, reasons and a new seed. Nothing is drawn yet."""
        with request_transaction() as uow:
            region_id = region_or_own(uow, body.pop("region_id"))
            return queries.plan(uow, service.frame_month(uow, region_id=region_id, **body))


@blp.route("/review-plans/<uuid:plan_id>")
class OneReviewPlan(MethodView):
    """One plan."""

    @blp.response(200, ReviewPlan)
    def get(self, plan_id: UUID) -> Answer:
        """Show a sampling plan."""
        with request_reading() as reading:
            return queries.plan(reading, plan_id)


@blp.route("/review-plans/<uuid:plan_id>/draw")
class Drawing(MethodView):
    """The drawing of a plan."""

    @blp.response(200, ReviewPlan)
    def post(self, plan_id: UUID) -> Answer:
        """Draw the sample of a stored frame and open its reviews. Drawn again, nothing changes."""
        with request_transaction() as uow:
            service.draw_plan(uow, plan_id=plan_id)
            return queries.plan(uow, plan_id)


@blp.route("/review-plans/<uuid:plan_id>/frame")
class Frame(MethodView):
    """What could be drawn."""

    @blp.arguments(ReviewFrameQuery, location="query")
    @blp.page(ReviewFramePage)
    def get(self, query: Loaded, plan_id: UUID) -> Answer:
        """List what could be drawn, with weights and reasons, and what for it was drawn."""
        with request_reading() as reading:
            return REVIEW_FRAME.show(queries.page_of_frame(reading, plan_id, **query))


@blp.route("/review-plans/<uuid:plan_id>/verification")
class Verified(MethodView):
    """Whether the drawing holds."""

    @blp.response(200, PlanVerification)
    def get(self, plan_id: UUID) -> Answer:
        """Draw the stored frame again and compare; test the random share for fairness."""
        with request_reading() as reading:
            return queries.verification(reading, plan_id)


@blp.route("/spot-checks")
class SpotChecks(MethodView):
    """Reviews that somebody asks for."""

    @blp.arguments(NewSpotCheck)
    @blp.response(201, Created)
    def post(self, body: Loaded) -> Answer:
        """Open a review of an order, or of chance work of a technician. The technician is not told before the verdict."""
        with request_transaction() as uow:
            key = service.spot_check(uow, order_id=body.pop("work_order_id"), **body)
            return {"id": key}
