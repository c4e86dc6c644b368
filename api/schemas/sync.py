"""The forms of the sync protocol, as phones see them; docs/sync-protocol.md explains them."""

from marshmallow import EXCLUDE, Schema, fields, validate

from api.schemas.fields import Json, Moment, Secret, Text, Word
from dispatch.outward.target import LONGEST
from sync.devices.states import PhoneEvent


class DeviceRegistration(Schema):
    """A phone that wants to take part."""

    install_id = Text(64, required=True, metadata={"description": "Minted once per installation of the app."})
    name = Text(120, load_default=None, allow_none=True)
    platform = Text(40, load_default=None, allow_none=True)
    app = Text(40, load_default=None, allow_none=True, metadata={"example": "4.2.1"})


class RegisteredDevice(Schema):
    """A registered phone; the token is shown this once."""

    device_id = fields.UUID(required=True)
    token = fields.String(required=True)
    protocol = fields.String(required=True)
    server_time = fields.String(required=True, metadata={"format": "date-time"})
    limits = fields.Dict(required=True)


class RevocationReason(Schema):
    """Why a phone is revoked."""

    reason = Text(200, load_default=None, allow_none=True, metadata={"example": "手机丢失"})


class EnrolmentWanted(Schema):
    """For whom a code is wanted, and for how long it is good."""

    user_id = fields.UUID(required=True)
    minutes = fields.Integer(load_default=30, validate=validate.Range(1, 1440))


class Enrolment(Schema):
    """A code by which one phone takes part without a login; it is shown this once."""

    id = fields.UUID(required=True)
    code = fields.String(required=True, metadata={"example": "7KQ2-M9XA-TR4C"})
    expires_at = Moment(required=True)
    link = fields.String(
        required=True, metadata={"description": "What the QR code holds: the server's address and the code."}
    )
    qr = fields.String(required=True, metadata={"description": "The QR code as an SVG picture in a data URL."})


class EnrolmentByCode(DeviceRegistration):
    """A phone that takes part by a code."""

    code = Text(40, required=True, metadata={"example": "7KQ2-M9XA-TR4C"})


class DeviceShown(Schema):
    """A phone as lists show it."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    platform = fields.String(required=True, allow_none=True)
    app = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    acked_seq = fields.Integer(required=True)
    clock_offset_ms = fields.Integer(required=True, allow_none=True)
    last_push_at = Moment(required=True, allow_none=True)
    last_seen_at = Moment(required=True, allow_none=True)
    push_until = Moment(required=True, allow_none=True)
    forked_at = Moment(
        required=True,
        allow_none=True,
        metadata={
            "description": "When a second phone with the same installation showed itself: one of them must register anew."
        },
    )
    revoked_at = Moment(required=True, allow_none=True)
    revoked_by = fields.UUID(required=True, allow_none=True)
    revoke_reason = fields.String(required=True, allow_none=True)
    late_ops = fields.Integer(required=True, metadata={"description": "Ops handed in since it was revoked."})
    wiped_at = Moment(
        required=True, allow_none=True, metadata={"description": "When it told that it has deleted what it held."}
    )
    created_at = Moment(required=True)


class DeviceEventShown(Schema):
    """Something that happened to a phone."""

    at = Moment(required=True)
    kind = Word(PhoneEvent, required=True)
    by = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Whose doing it was; none: it showed by itself."}
    )
    note = fields.String(required=True, allow_none=True)


class Limits(Schema):
    """Limits and versions, for machines."""

    protocol = fields.String(required=True)
    limits = fields.Dict(required=True)
    op_types = fields.Dict(required=True, metadata={"description": "The newest version of each type of op."})
    schemas = fields.Dict(
        required=True, metadata={"description": "The oldest and the newest schema that a pull serves."}
    )


class PushAnswer(Schema):
    """What became of a batch."""

    protocol = fields.String(required=True)
    server_time = fields.String(required=True)
    received = fields.Dict(required=True)
    applied = fields.Dict(required=True)
    results = fields.List(fields.Dict(), required=True)
    directives = fields.List(fields.Dict(), required=True)


class PullQuery(Schema):
    """Which page of the feed is wanted."""

    class Meta:
        unknown = EXCLUDE

    since = fields.Integer(load_default=0, validate=validate.Range(0, 2**53 - 1))
    limit = fields.Integer(load_default=500, validate=validate.Range(1, 10_000))
    collections = Text(
        200, load_default="", shortest=0, metadata={"description": "Names with commas; empty means all."}
    )
    schema = fields.Integer(
        load_default=1,
        validate=validate.Range(1, 10_000),
        metadata={
            "description": "The shape of documents that this app knows; a server that knows only older ones says so."
        },
    )


class PullAnswer(Schema):
    """One page of what changed for this phone."""

    protocol = fields.String(required=True)
    seq = fields.Integer(required=True)
    has_more = fields.Boolean(required=True)
    server_time = fields.String(required=True)
    applied = fields.Dict(required=True)
    schema = fields.Integer(required=True, metadata={"description": "The shape in which the documents are."})
    changes = fields.List(fields.Dict(), required=True)


class GatewayWanted(Schema):
    """Where a phone is to be woken."""

    endpoint = Secret(
        LONGEST,
        required=True,
        metadata={
            "description": "The endpoint of a push subscription (RFC 8030), as UnifiedPush and Web Push give it."
        },
    )


class GatewayShown(Schema):
    """Whether a phone is woken by a gateway; the endpoint itself is never shown."""

    since = Moment(required=True, allow_none=True)
    application_server_key = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What to subscribe with (VAPID, RFC 8292), in base64url; none: pokes are not signed."},
    )


class OpsAsked(Schema):
    """Ops whose state is wanted."""

    ids = fields.List(fields.UUID(), required=True, validate=validate.Length(max=1000))


class OpsKnown(Schema):
    """What is known of the ops, by id; an id that is missing is not known."""

    protocol = fields.String(required=True)
    ops = Json(required=True)


class HeadQuery(Schema):
    """How long the answer may wait."""

    wait = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 300),
        metadata={"description": "Seconds to wait for news, when If-None-Match names the number of now."},
    )


class Head(Schema):
    """How far the region has come."""

    seq = fields.Integer(required=True)
