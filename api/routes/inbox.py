"""The inbox of what phones handed in, as those see it who run it: what waits, why, and what shall become of it."""

from datetime import timedelta
from uuid import UUID

from flask.views import MethodView

from api import transactions
from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.inbox import (
    INBOX_OPS,
    BacklogQuery,
    DecidedOps,
    InboxOpDetail,
    InboxOpPage,
    InboxOpQuery,
    OpsDecision,
    StationBacklogs,
)
from api.transactions import request_reading, request_transaction
from sync.quarantine import queries, service
from sync.reconcile.runner import DRAIN

blp = Blueprint("inbox", "What phones handed in and waits: for a worker, for a gap to fill, for a person.")


@blp.route("/inbox")
class Inbox(MethodView):
    """What waits, by station."""

    @blp.arguments(BacklogQuery, location="query")
    @blp.response(200, StationBacklogs)
    def get(self, query: Loaded) -> Answer:
        """Tell how much waits for each station in your scope, since when, and how many phones were not heard of."""
        with request_reading() as reading:
            return {"items": queries.backlogs(reading, silent=timedelta(hours=query["silent_hours"]))}


@blp.route("/inbox/ops")
class InboxOps(MethodView):
    """Ops that wait."""

    @blp.arguments(InboxOpQuery, location="query")
    @blp.page(InboxOpPage)
    def get(self, query: Loaded) -> Answer:
        """List ops that wait for a person (or are held, or were discarded), the latest first."""
        with request_reading() as reading:
            return INBOX_OPS.show(queries.page_of_ops(reading, **query))


@blp.route("/inbox/ops/<uuid:op_id>")
class OneInboxOp(MethodView):
    """One op."""

    @blp.response(200, InboxOpDetail)
    def get(self, op_id: UUID) -> Answer:
        """Show an op as it came, whatever its state, and what was decided about it."""
        with request_reading() as reading:
            return queries.op(reading, op_id)


@blp.route("/inbox/decisions")
class InboxDecisions(MethodView):
    """Decisions about ops."""

    @blp.arguments(OpsDecision)
    @blp.response(200, DecidedOps)
    def post(self, body: Loaded) -> Answer:
        """Replay, release or discard ops, by their ids or by a filter. Each is answered for by itself.

        Nothing is deleted: what was discarded can be replayed. The phone is told by a new receipt.
        """
        with request_transaction() as uow:
            decided = service.decide_on(uow, filters=body.pop("filter", None), **body)
        for region_id in decided.regions:
            transactions.runtime().queue.ring(DRAIN, str(region_id))
        return decided
