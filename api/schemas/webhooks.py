"""The forms of webhooks: other systems that listen, what is sent to them, and how that fared."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Flag, Moment, Secret, Text, Whole, Word, page_of, page_query
from api.schemas.flat import Flat
from dispatch.outward.target import LONGEST
from dispatch.webhooks.service import AT_ONCE
from dispatch.webhooks.states import Content, DeliveryState, SubscriptionState, Why
from kernel.actor import Level

WEBHOOKS = Cursor("webhooks", UUID)
DELIVERIES = Cursor("deliveries", UUID)
EVENTS = {
    "description": "Events of `GET /v1/webhook-events`; `work_order.*` for all about orders, `*` for all.",
    "example": ["work_order.completed", "service_request.*"],
}
URL = "Begins with https://. It is never shown again, and may hold a secret of yours."
SECRET = "Begins with `whsec_`. It is shown this once."  # noqa: S105 - says what it is
CONTENT = "`ids`: ids, states and numbers. `document`: besides what may be known of the thing without personal data."


class Webhook(Schema):
    """A webhook. Its address and its secret are not shown."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    host = fields.String(required=True)
    region_id = fields.UUID(required=True, allow_none=True)
    level = Word(Level, required=True)
    place_id = fields.UUID(required=True, allow_none=True)
    owner_id = fields.UUID(required=True, metadata={"description": "By whose eyes it sees."})
    events = fields.List(fields.String(), required=True, metadata=EVENTS)
    content = Word(Content, required=True, metadata={"description": CONTENT})
    state = Word(SubscriptionState, required=True)
    why = Word(Why, required=True, allow_none=True, metadata={"description": "Why it was disabled."})
    both_sign_until = Moment(
        required=True, allow_none=True, metadata={"description": "Until then the secret before signs, too."}
    )
    created_at = Moment(required=True)
    updated_at = Moment(required=True)
    failing_since = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "Since when nothing was taken; null while all is well."},
    )
    last_delivered_at = Moment(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)


class WebhookDetail(Flat, Webhook):
    """A webhook, and how much waits."""

    waiting = fields.Integer(required=True, metadata={"description": "Messages that are to be sent; counted to 1,000."})
    dead = fields.Integer(required=True, metadata={"description": "Messages that were given up; counted to 1,000."})


class NewWebhook(Schema):
    """Another system that is to hear of events in a place. It sees by your eyes."""

    name = Text(80, required=True)
    url = Secret(LONGEST, required=True, metadata={"description": URL})
    events = fields.List(Text(48), required=True, validate=validate.Length(1, 100), metadata=EVENTS)
    content = Word(Content, load_default=Content.IDS, metadata={"description": CONTENT})
    level = Word(Level, load_default=Level.REGION)
    place_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Of the level everywhere: none."}
    )


class WebhookSecret(Schema):
    """A secret with which messages are signed."""

    id = fields.UUID(required=True)
    secret = fields.String(required=True, metadata={"description": SECRET})


class WebhookChange(Schema):
    """What changes about a webhook; what is left out stays. Who makes it active again, owns it from then on."""

    name = Text(80)
    url = Secret(LONGEST, metadata={"description": URL})
    events = fields.List(Text(48), validate=validate.Length(1, 100), metadata=EVENTS)
    content = Word(Content, metadata={"description": CONTENT})
    active = Flag(metadata={"description": "False pauses it: what happens meanwhile is not kept for it."})


class WebhookRotation(Schema):
    """How long the present secret goes on signing beside the new one."""

    both_valid_hours = Whole(0, 720, load_default=24)


class WebhookTest(Schema):
    """Whether a receiver took a test message, and what it said."""

    delivered = fields.Boolean(required=True, attribute="is_taken")
    status = fields.Integer(required=True, allow_none=True)
    took_ms = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True, attribute="says")
    excerpt = fields.String(required=True, allow_none=True)


class Delivery(Schema):
    """A message. Its `webhook-id` is `msg_` and its id without hyphens, however often it is sent."""

    id = fields.UUID(required=True)
    event_id = fields.UUID(required=True, metadata={"description": "The entry of our timeline that it comes from."})
    event = fields.String(required=True, metadata={"example": "work_order.completed"})
    subject_id = fields.UUID(required=True)
    happened_at = Moment(required=True)
    state = Word(DeliveryState, required=True)
    tries = fields.Integer(required=True)
    created_at = Moment(required=True)
    due_at = Moment(required=True, metadata={"description": "When it is sent, or sent again; else when it ended."})
    ended_at = Moment(required=True, allow_none=True)
    last_status = fields.Integer(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)


class DeliveryTry(Schema):
    """One time that a message was sent."""

    at = Moment(required=True)
    status = fields.Integer(required=True, allow_none=True)
    took_ms = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    excerpt = fields.String(
        required=True, allow_none=True, metadata={"description": "The beginning of what the receiver said."}
    )


class DeliveryDetail(Flat, Delivery):
    """A message with all its tries, the earliest first."""

    log = fields.List(fields.Nested(DeliveryTry), required=True)


FILTERS: dict[str, fields.Field[Any]] = {
    "state": Word(DeliveryState),
    "event": Text(48),
    "subject_id": fields.UUID(),
    "since": Moment(metadata={"description": "What happened at this time or later."}),
    "until": Moment(metadata={"description": "What happened before this time."}),
}
DeliveryChoice = type(
    "DeliveryChoice", (Schema,), {"__doc__": "Which messages are meant: all of these are met.", **FILTERS}
)


class WebhookReplay(Schema):
    """Which messages are sent again: these, or those that a filter lets through, 500 at a time."""

    ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=AT_ONCE))
    filter = fields.Nested(DeliveryChoice, load_default=None, allow_none=True)


class WebhookReplayed(Schema):
    """How many messages are sent again, and how many more the filter lets through."""

    replayed = fields.Integer(required=True)
    left = fields.Integer(required=True)


class WebhookEvent(Schema):
    """A kind of event, and a message of it."""

    name = fields.String(required=True)
    about = fields.String(required=True)
    example = fields.Dict(keys=fields.String(), required=True)


class WebhookEvents(Schema):
    """All kinds of events."""

    items = fields.List(fields.Nested(WebhookEvent), required=True)


WebhookQuery = page_query(WEBHOOKS, "WebhookQuery", region_id=fields.UUID(), state=Word(SubscriptionState))
DeliveryQuery = page_query(DELIVERIES, "DeliveryQuery", **FILTERS)
WebhookPage = page_of(Webhook, "WebhookPage")
DeliveryPage = page_of(Delivery, "DeliveryPage")
