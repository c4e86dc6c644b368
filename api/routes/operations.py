"""What operators and their machines ask: is it alive, is it ready, how much does it do."""

import hmac

from flask import Response
from flask.views import MethodView

from api import health, transactions
from api.auth import open_to_all
from api.blueprints import Answer, Blueprint
from api.schemas.operations import Alive, Health
from kernel import errors, metrics

blp = Blueprint("operations", "Whether the product works, and how much it does.", prefix="")


@blp.route("/health/live")
class Live(MethodView):
    """The process."""

    @open_to_all
    @blp.response(200, Alive)
    def get(self) -> Answer:
        """Tell that this process answers."""
        return {"status": "alive"}


@blp.route("/health/ready")
class Ready(MethodView):
    """The product."""

    @open_to_all
    @blp.response(200, Health, description="Everything works.")
    @blp.alt_response(503, schema=Health, description="Something does not work; each part says so in words.")
    def get(self) -> Answer:
        """Tell whether web, database, queue and workers work together."""
        parts = health.parts(transactions.runtime())
        ready = all(part.ok for part in parts.values())
        return {"ready": ready, "parts": parts}, 200 if ready else 503


@blp.route("/metrics")
class Metrics(MethodView):
    """The counters."""

    @open_to_all
    @blp.response(200, {"type": "string"}, content_type="text/plain", description="Prometheus' text format.")
    def get(self) -> Answer:
        """Show the counters of all processes of this host.

        With the setting `FIELDBEAT_METRICS_TOKEN` this wants it as a bearer token.
        """
        token = transactions.runtime().settings.metrics_token
        if token and not hmac.compare_digest(transactions.bearer_token(), token):
            raise errors.TOKEN_INVALID()
        return Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
