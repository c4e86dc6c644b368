"""The forms of channels: the ways to reach a person, or the chat of a team."""

from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Moment, Secret, Text, Word, page_of, page_query
from dispatch.notifications.addresses import LONGEST
from dispatch.notifications.kinds import Owner

CHANNELS = Cursor("notification-channels", UUID)
URL = (
    "An address as Apprise writes it: `mailto://user:password@example.com?to=you@example.com`, `wecombot://key`, "
    "`dingtalk://secret@token`, `feishu://token`, `jsons://example.com/hook`. It is never shown again."
)


class Channel(Schema):
    """A channel. Its address is secret; its host is shown where that is none."""

    id = fields.UUID(required=True)
    owner = Word(Owner, required=True, attribute="owner_kind")
    owner_id = fields.UUID(required=True)
    name = fields.String(required=True)
    service = fields.String(required=True)
    host = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True)
    last_sent_at = Moment(required=True, allow_none=True)
    last_failed_at = Moment(required=True, allow_none=True)
    last_error = fields.String(
        required=True, allow_none=True, metadata={"description": "Null while the last message was taken."}
    )


class NewChannel(Schema):
    """A channel to add: for a person (you, if no one is named), or for the chat of a group, a station or a region."""

    owner = Word(Owner, load_default=Owner.PERSON)
    owner_id = fields.UUID(load_default=None, allow_none=True)
    name = Text(80, required=True)
    url = Secret(LONGEST, required=True, metadata={"description": URL})


class ChannelTest(Schema):
    """Whether a channel took a test message, and if not, why."""

    delivered = fields.Boolean(required=True)
    error = fields.String(required=True, allow_none=True)


ChannelQuery = page_query(
    CHANNELS, "ChannelQuery", owner_id=fields.UUID(metadata={"description": "Of this person or place."})
)
ChannelPage = page_of(Channel, "ChannelPage")
