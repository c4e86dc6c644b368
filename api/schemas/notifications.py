"""The forms of notices to people: the inbox, and quiet hours."""

from uuid import UUID

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Clock, Moment, page_of, page_query

NOTIFICATIONS = Cursor("notifications", UUID)


class NotificationShown(Schema):
    """What you were told, in your language."""

    id = fields.UUID(required=True)
    key = fields.String(required=True, metadata={"description": "Told again, the same key reaches nobody twice."})
    template = fields.String(required=True, metadata={"description": "What kind of notice it is, such as `sla.red`."})
    title = fields.String(required=True)
    body = fields.String(required=True)
    urgent = fields.Boolean(required=True, metadata={"description": "It did not wait for the end of quiet hours."})
    created_at = Moment(required=True)
    read_at = Moment(required=True, allow_none=True)


class Unread(Schema):
    """How many notices you have not read; counted up to 100."""

    unread = fields.Integer(required=True)


class ReadUpTo(Schema):
    """The newest of the notices that are read."""

    up_to = fields.UUID(required=True)


class QuietHours(Schema):
    """When nothing that can wait reaches you, by the clock of your region; null for never."""

    quiet_from = Clock(required=True, allow_none=True)
    quiet_to = Clock(required=True, allow_none=True)


class QuietHoursShown(QuietHours):
    """When nothing that can wait reaches you; `own` is false while those of your region hold."""

    own = fields.Boolean(required=True)


NotificationQuery = page_query(
    NOTIFICATIONS,
    "NotificationQuery",
    unread=fields.Boolean(metadata={"description": "Only unread ones, or only those that are read."}),
)
NotificationPage = page_of(NotificationShown, "NotificationPage")
