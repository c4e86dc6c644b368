"""Conflicts: what phones recorded that does not fit, until a person settles it."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.conflicts import CONFLICTS, ConflictPage, ConflictQuery, Resolution
from api.transactions import request_reading, request_transaction
from sync.reconcile import queries, service

blp = Blueprint("conflicts", "What phones recorded that does not fit, until a person settles it.")


@blp.route("/conflicts")
class Conflicts(MethodView):
    """All conflicts in scope."""

    @blp.arguments(ConflictQuery, location="query")
    @blp.page(ConflictPage)
    def get(self, query: Loaded) -> Answer:
        """List the conflicts in your scope, the newest first."""
        with request_reading() as reading:
            return CONFLICTS.show(queries.page_of_conflicts(reading, **query))


@blp.route("/conflicts/<uuid:conflict_id>/resolve")
class ResolvedConflict(MethodView):
    """The end of a conflict."""

    @blp.arguments(Resolution)
    @blp.response(204)
    def post(self, body: Loaded, conflict_id: UUID) -> Answer:
        """Settle a conflict. With its last one, the order no longer asks for a look."""
        with request_transaction() as uow:
            service.resolve(uow, conflict_id=conflict_id, **body)
