"""Webhooks: other systems that hear of what happens, and what was sent to them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask.views import MethodView

from api import transactions
from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.webhooks import (
    DELIVERIES,
    WEBHOOKS,
    DeliveryDetail,
    DeliveryPage,
    DeliveryQuery,
    NewWebhook,
    WebhookChange,
    WebhookDetail,
    WebhookEvents,
    WebhookPage,
    WebhookQuery,
    WebhookReplay,
    WebhookReplayed,
    WebhookRotation,
    WebhookSecret,
    WebhookTest,
)
from api.transactions import request_reading, request_transaction, runtime
from dispatch.notifications.addresses import AddressRules
from dispatch.outward.target import Target, read_target
from dispatch.webhooks import errors, examples, jobs, queries, service
from dispatch.webhooks.catalogue import EVENTS
from dispatch.webhooks.queries import DeliveryFilter

blp = Blueprint("webhooks", "Webhooks (事件推送): other systems hear of what happens, signed, at least once.")


def _target(url: str) -> Target:
    return read_target(url, AddressRules.of(runtime().settings), errors.ADDRESS)


@blp.route("/webhook-events")
class Events(MethodView):
    """What can be heard of."""

    @blp.response(200, WebhookEvents)
    def get(self) -> Answer:
        """List the kinds of events, each with an example of its message."""
        with request_reading():
            chinese = transactions.language() == "zh-CN"
        items: list[dict[str, Any]] = [
            {"name": one.name, "about": one.about_zh if chinese else one.about, "example": examples.message(one)}
            for one in EVENTS
        ]
        return {"items": items}


@blp.route("/webhooks")
class Webhooks(MethodView):
    """All webhooks that the caller keeps."""

    @blp.arguments(WebhookQuery, location="query")
    @blp.page(WebhookPage)
    def get(self, query: Loaded) -> Answer:
        """List the webhooks that you keep, the newest first."""
        with request_reading() as reading:
            return WEBHOOKS.show(queries.page_of_subscriptions(reading, **query))

    @blp.arguments(NewWebhook)
    @blp.response(201, WebhookSecret)
    def post(self, body: Loaded) -> Answer:
        """Let another system hear of events; the answer holds the secret, this once."""
        target = _target(body["url"])
        with request_transaction() as uow:
            return service.subscribe(uow, target=target, **body)


@blp.route("/webhooks/<uuid:webhook_id>")
class OneWebhook(MethodView):
    """One webhook."""

    @blp.response(200, WebhookDetail)
    def get(self, webhook_id: UUID) -> Answer:
        """Show a webhook, without its address."""
        with request_reading() as reading:
            return queries.subscription(reading, webhook_id)

    @blp.arguments(WebhookChange)
    @blp.response(200, WebhookDetail)
    def patch(self, body: Loaded, webhook_id: UUID) -> Answer:
        """Change a webhook, pause it, or make it active again."""
        target = _target(body["url"]) if "url" in body else None
        with request_transaction() as uow:
            service.change(uow, subscription_id=webhook_id, target=target, **body)
            return queries.subscription(uow, webhook_id)

    @blp.response(204)
    def delete(self, webhook_id: UUID) -> None:
        """Remove a webhook with its log."""
        with request_transaction() as uow:
            service.remove(uow, subscription_id=webhook_id)


@blp.route("/webhooks/<uuid:webhook_id>/secret")
class Secret(MethodView):
    """The secret of a webhook."""

    @blp.arguments(WebhookRotation)
    @blp.response(201, WebhookSecret)
    def post(self, body: Loaded, webhook_id: UUID) -> Answer:
        """Give a webhook a new secret; for a while both sign."""
        with request_transaction() as uow:
            both_valid = timedelta(hours=body["both_valid_hours"])
            return service.rotate(uow, subscription_id=webhook_id, both_valid=both_valid)


@blp.route("/webhooks/<uuid:webhook_id>/test")
class TestOfWebhook(MethodView):
    """A test of a webhook."""

    @blp.response(200, WebhookTest)
    def post(self, webhook_id: UUID) -> Answer:
        """Send a test message, now, and tell how it was answered."""
        with request_transaction() as uow:
            turn = service.test_turn(uow, subscription_id=webhook_id)
        # Nothing of ours stays open while a third party answers.
        return jobs.send_test(runtime(), turn)


@blp.route("/webhooks/<uuid:webhook_id>/deliveries")
class Deliveries(MethodView):
    """What was sent to a receiver, or waits."""

    @blp.arguments(DeliveryQuery, location="query")
    @blp.page(DeliveryPage)
    def get(self, query: Loaded, webhook_id: UUID) -> Answer:
        """List what was sent, waits, or was given up (`state=dead`), the newest first."""
        limit, after = query.pop("limit"), query.pop("after")
        with request_reading() as reading:
            page = queries.page_of_deliveries(
                reading, webhook_id, filters=DeliveryFilter(**query), limit=limit, after=after
            )
            return DELIVERIES.show(page)


@blp.route("/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>")
class OneDelivery(MethodView):
    """One message."""

    @blp.response(200, DeliveryDetail)
    def get(self, webhook_id: UUID, delivery_id: UUID) -> Answer:
        """Show a message with every try."""
        with request_reading() as reading:
            return queries.delivery(reading, webhook_id, delivery_id)


@blp.route("/webhooks/<uuid:webhook_id>/replay")
class Replay(MethodView):
    """Messages that are sent again."""

    @blp.arguments(WebhookReplay)
    @blp.response(200, WebhookReplayed)
    def post(self, body: Loaded, webhook_id: UUID) -> Answer:
        """Send messages again under their ids, such as those that were given up: by ids, or by a filter."""
        chosen = None if body["filter"] is None else DeliveryFilter(**body["filter"])
        with request_transaction() as uow:
            return service.replay(uow, subscription_id=webhook_id, ids=body["ids"], filters=chosen)
