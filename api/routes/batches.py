"""Commands and tiers for many work orders in one request."""

from typing import Any

from flask.views import MethodView

from api import batches
from api.blueprints import Answer, Blueprint, Loaded
from api.routes.work_orders import carry_out
from api.schemas.batches import CommandResults, ManyCommands, ManyPriorities, PriorityResults
from api.transactions import request_transaction
from dispatch.work_orders import clocks

blp = Blueprint("work-order-batches", "The same for many work orders (批量), each answered for itself.")


@blp.route("/work-orders/commands")
class ManyOrderCommands(MethodView):
    """What is asked of several orders."""

    @blp.arguments(ManyCommands)
    @blp.response(200, CommandResults)
    def post(self, body: Loaded) -> Answer:
        """Carry out commands on several work orders, one after the other; each is answered for itself.

        Assign, reassign, close, cancel: whatever `POST /v1/work-orders/{order_id}/commands` does. What is refused keeps no
        other from being done, and an order that is assigned counts when the next one is looked at. Sent again with the same
        `command_id`s, what was done is not done again.
        """
        found = batches.each(body["items"], _carry_out)
        keys = ({"order_id": one["order_id"], "command_id": one["command_id"]} for one in body["items"])
        return {"items": [key | result for key, result in zip(keys, found, strict=True)]}


def _carry_out(item: dict[str, Any]) -> Any:
    with request_transaction() as uow:
        return carry_out(uow, **item)


@blp.route("/work-orders/priorities")
class ManyOrderPriorities(MethodView):
    """The tiers of several orders."""

    @blp.arguments(ManyPriorities)
    @blp.response(200, PriorityResults)
    def post(self, body: Loaded) -> Answer:
        """Put several work orders into other tiers, one after the other; each is answered for itself."""
        found = batches.each(body["items"], _change_priority)
        return {
            "items": [{"order_id": one["order_id"]} | result for one, result in zip(body["items"], found, strict=True)]
        }


def _change_priority(item: dict[str, Any]) -> Any:
    with request_transaction() as uow:
        return {"version": clocks.change_priority(uow, **item)}
