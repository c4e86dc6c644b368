"""Ways to reach people and teams: mail, WeCom, DingTalk, Feishu, webhooks."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.created import Created
from api.schemas.notification_channels import CHANNELS, Channel, ChannelPage, ChannelQuery, ChannelTest, NewChannel
from api.transactions import request_reading, request_transaction, runtime
from dispatch.notifications import apprise_sender, delivery, managing, queries
from dispatch.notifications.addresses import AddressRules, read_address
from dispatch.notifications.letters import DeliveryError

blp = Blueprint(
    "notification-channels", "Channels (通知渠道): mail, WeCom 企业微信, DingTalk 钉钉, Feishu 飞书 and webhooks."
)


@blp.route("/notification-channels")
class Channels(MethodView):
    """All channels that the caller knows of."""

    @blp.arguments(ChannelQuery, location="query")
    @blp.page(ChannelPage)
    def get(self, query: Loaded) -> Answer:
        """List your channels and those of your teams."""
        with request_reading() as reading:
            return CHANNELS.show(queries.page_of_channels(reading, **query))

    @blp.arguments(NewChannel)
    @blp.response(201, Created)
    def post(self, body: Loaded) -> Answer:
        """Add a channel for a person or a team."""
        address = read_address(body["url"], AddressRules.of(runtime().settings))
        with request_transaction() as uow:
            body["owner_id"] = body["owner_id"] or managing.own(uow, body["owner"])
            return {"id": managing.add_channel(uow, address=address, **body)}


@blp.route("/notification-channels/<uuid:channel_id>")
class OneChannel(MethodView):
    """One channel."""

    @blp.response(200, Channel)
    def get(self, channel_id: UUID) -> Answer:
        """Show a channel, without its address."""
        with request_reading() as reading:
            return queries.channel(reading, channel_id)

    @blp.response(204)
    def delete(self, channel_id: UUID) -> None:
        """Remove a channel."""
        with request_transaction() as uow:
            managing.remove_channel(uow, channel_id=channel_id)


@blp.route("/notification-channels/<uuid:channel_id>/test")
class TestOfChannel(MethodView):
    """A test of a channel."""

    @blp.response(200, ChannelTest)
    def post(self, channel_id: UUID) -> Answer:
        """Send a test message to a channel, now, and tell whether it was taken."""
        with request_reading() as reading:
            letter = delivery.test_letter(reading, channel_id)
        # Nothing of ours stays open while a third party answers.
        error = None
        try:
            apprise_sender.sender(AddressRules.of(runtime().settings))(letter)
        except DeliveryError as refused:
            error = str(refused)
        with request_transaction() as uow:
            delivery.note_channels(uow, {channel_id: error})
        return {"delivered": error is None, "error": error}
