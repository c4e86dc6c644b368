"""The forms of messages to customers, and of how a region tells its people and customers."""

from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Clock, Moment, Secret, Word, page_of, page_query
from api.schemas.marks import PERSONAL
from dispatch.notifications.addresses import LONGEST
from dispatch.notifications.catalogue import LANGUAGES
from dispatch.notifications.kinds import MessageStatus

MESSAGES = Cursor("customer-messages", UUID)
_STATUS = "`no_channel`: the region has no way to customers' phones; `no_phone`: the customer has no number."


class CustomerMessage(Schema):
    """A message to a customer, and what became of it."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    customer_id = fields.UUID(required=True)
    phone = fields.String(required=True, allow_none=True, metadata=PERSONAL | {"description": "The end of the number."})
    key = fields.String(required=True)
    template = fields.String(required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    status = Word(MessageStatus, required=True, metadata={"description": _STATUS})
    created_at = Moment(required=True)
    sent_at = Moment(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)


class Messaging(Schema):
    """How a region tells its people and customers."""

    region_id = fields.UUID(required=True)
    quiet_from = Clock(required=True, allow_none=True)
    quiet_to = Clock(required=True, allow_none=True)
    language = fields.String(required=True)
    customer_service = fields.String(
        required=True, allow_none=True, metadata={"description": "The service that takes messages to customers."}
    )


class NewMessaging(Schema):
    """How a region tells its people and customers, from now on."""

    region_id = fields.UUID(load_default=None, allow_none=True)
    quiet_from = Clock(required=True, allow_none=True)
    quiet_to = Clock(required=True, allow_none=True)
    language = fields.String(load_default=LANGUAGES[0], validate=validate.OneOf(LANGUAGES))
    customer_url = Secret(
        LONGEST,
        shortest=0,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "An address as Apprise writes it, with `{phone}` where the number goes, such as "
            "`jsons://gateway.example.com/send?:to={phone}`. Left out it stays; an empty one takes it away."
        },
    )


class RegionOnly(Schema):
    """A region; yours if left out."""

    region_id = fields.UUID(load_default=None, allow_none=True)


class Resent(Schema):
    """How many messages are on their way again."""

    resent = fields.Integer(required=True)


MessageQuery = page_query(
    MESSAGES,
    "MessageQuery",
    region_id=fields.UUID(),
    customer_id=fields.UUID(),
    key=fields.String(validate=validate.Length(max=90)),
    status=Word(MessageStatus),
)
MessagePage = page_of(CustomerMessage, "MessagePage")
