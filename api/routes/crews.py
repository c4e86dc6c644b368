"""Crews (作业小组): several technicians on one order, one of whom leads."""

from uuid import UUID

from flask.views import MethodView

from api import etags
from api.blueprints import Answer, Blueprint, Loaded, versioned
from api.schemas.crews import GoneCrewMembers, NewCrewMembers
from api.schemas.work_orders import Outcome
from api.transactions import expected_version, request_transaction
from dispatch.work_orders.crews import add_crew_members, remove_crew_members

blp = Blueprint("crews", "Several technicians on one order, one of whom leads: its assignee.")


@blp.route("/work-orders/<uuid:order_id>/crew")
class Crew(MethodView):
    """Who works on an order beside its lead."""

    @versioned
    @blp.arguments(NewCrewMembers)
    @blp.response(200, Outcome)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Let technicians into an order's crew, all or none.

        For its dispatchers and its lead. The order comes onto their phones: they may record facts and answer its checklist, while
        commands stay with the lead. `crew` of the order shows who is in it.
        """
        with request_transaction() as uow:
            outcome = add_crew_members(uow, order_id=order_id, **body, expected_version=expected_version())
            return outcome, etags.of_version(outcome.version)


@blp.route("/work-orders/<uuid:order_id>/crew/remove")
class CrewRemoval(MethodView):
    """Who works on an order no longer."""

    @versioned
    @blp.arguments(GoneCrewMembers)
    @blp.response(200, Outcome)
    def post(self, body: Loaded, order_id: UUID) -> Answer:
        """Let people out of an order's crew, all or none; the order goes off their phones."""
        with request_transaction() as uow:
            outcome = remove_crew_members(uow, order_id=order_id, **body, expected_version=expected_version())
            return outcome, etags.of_version(outcome.version)
