"""What people decided about places that the map cannot place."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.zone_decisions import DECISIONS, DecisionPage, DecisionQuery, Revocation, ZoneDecision
from api.transactions import request_reading, request_transaction
from dispatch.territory import decided
from dispatch.territory.deciding import revoke_decision

blp = Blueprint("zone-decisions", "Decisions (片区判定) about places that lie in two zones, or in none.")


@blp.route("/zone-decisions")
class Decisions(MethodView):
    """All decisions in scope."""

    @blp.arguments(DecisionQuery, location="query")
    @blp.page(DecisionPage)
    def get(self, query: Loaded) -> Answer:
        """List what was decided about places in the zones of your scope, the latest first."""
        with request_reading() as reading:
            return DECISIONS.show(decided.decisions(reading, **query))


@blp.route("/zone-decisions/<uuid:decision_id>")
class OneDecision(MethodView):
    """One decision."""

    @blp.response(200, ZoneDecision)
    def get(self, decision_id: UUID) -> Answer:
        """Show a decision."""
        with request_reading() as reading:
            return decided.decision(reading, decision_id)


@blp.route("/zone-decisions/<uuid:decision_id>/revoke")
class RevokedDecision(MethodView):
    """The end of a decision."""

    @blp.arguments(Revocation)
    @blp.response(200, ZoneDecision)
    def post(self, body: Loaded, decision_id: UUID) -> Answer:
        """Take a decision back: the next time somebody is asked again. What was placed by it stays where it is."""
        with request_transaction() as uow:
            revoke_decision(uow, decision_id=decision_id, **body)
            return decided.decision(uow, decision_id)
