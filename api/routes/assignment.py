"""Who gets which order: candidates with reasons."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.assignment import Candidates, CandidatesQuery
from api.transactions import request_reading
from dispatch.assignment import queries
from dispatch.assignment.ranking import Ranking

blp = Blueprint(
    "assignment",
    "Who gets which order (派单): candidates with reasons, offers, hand-overs, absences.",
)


def shown(ranking: Ranking, limit: int) -> dict[str, Any]:
    """Return the first of a ranking, and how many there are."""
    return {
        "rule": ranking.rule.code,
        "crew_size": ranking.crew_size,
        "candidates": ranking.candidates[:limit],
        "candidates_total": len(ranking.candidates),
        "excluded": ranking.excluded[:limit],
        "excluded_total": len(ranking.excluded),
    }


@blp.route("/work-orders/<uuid:order_id>/candidates")
class OrderCandidates(MethodView):
    """Who could do an order."""

    @blp.arguments(CandidatesQuery, location="query")
    @blp.response(200, Candidates)
    def get(self, query: Loaded, order_id: UUID) -> Answer:
        """Rank technicians for an order, with the reasons, and name those who may not have it with every reason why."""
        with request_reading() as reading:
            limit, reach = query["limit"], query["within"]
            found = queries.candidates(reading, order_id, reach=reach, technician_id=query["technician_id"])
            return shown(found, limit)
