"""Messages to customers, and how a region tells its people and customers."""

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.regions import region_or_own
from api.schemas.customer_messages import (
    MESSAGES,
    MessagePage,
    MessageQuery,
    Messaging,
    NewMessaging,
    RegionOnly,
    Resent,
)
from api.transactions import request_reading, request_transaction, runtime
from dispatch.notifications import customer_messages, delivery, managing, queries
from dispatch.notifications.addresses import AddressRules, read_address

blp = Blueprint("customer-messages", "Messages to customers (客户消息), and how a region sends them.")
_SOME_PHONE = "10000000000"


@blp.route("/customer-messages")
class Messages(MethodView):
    """All messages to customers in scope."""

    @blp.arguments(MessageQuery, location="query")
    @blp.page(MessagePage)
    def get(self, query: Loaded) -> Answer:
        """List messages to customers, and what became of them, the newest first."""
        with request_reading() as reading:
            return MESSAGES.show(queries.page_of_customer_messages(reading, **query))


@blp.route("/customer-messages/resend")
class MessagesAgain(MethodView):
    """Messages that were not sent."""

    @blp.arguments(RegionOnly)
    @blp.response(200, Resent)
    def post(self, body: Loaded) -> Answer:
        """Send what was not sent for want of a way to customers' phones, or because it failed; at most 1,000 at a time."""
        with request_transaction() as uow:
            region_id = region_or_own(uow, body["region_id"])
            return {"resent": customer_messages.resend(uow, region_id=region_id)}


@blp.route("/messaging")
class RegionMessaging(MethodView):
    """How a region tells its people and customers."""

    @blp.arguments(RegionOnly, location="query")
    @blp.response(200, Messaging)
    def get(self, query: Loaded) -> Answer:
        """Show a region's quiet hours, its language, and whether it has a way to customers' phones."""
        with request_reading() as reading:
            return queries.region_messaging(reading, region_or_own(reading, query["region_id"]))

    @blp.arguments(NewMessaging)
    @blp.response(200, Messaging)
    def put(self, body: Loaded) -> Answer:
        """Set a region's quiet hours, its language, and its way to customers' phones."""
        url, address = body["customer_url"], None
        if url:
            rules = AddressRules.of(runtime().settings)
            address = read_address(delivery.address_for(url, _SOME_PHONE), rules, path="/customer_url")
        with request_transaction() as uow:
            region_id = region_or_own(uow, body.pop("region_id"))
            managing.set_region(uow, region_id=region_id, customer_address=address, **body)
            return queries.region_messaging(uow, region_id)
