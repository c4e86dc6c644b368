"""The forms of signing in, of tokens and of sessions."""

from marshmallow import Schema, fields

from api.schemas.fields import Moment, Secret, Text, Word
from dispatch.accounts.sessions.kinds import Method


class Credentials(Schema):
    """What one signs in with."""

    login = Text(200, required=True, metadata={"example": "zhang.wei"})
    password = Secret(1000, required=True)


class Token(Schema):
    """A sign-in; both tokens are shown this once. `token` is sent with each request, `refresh_token` only to `/v1/refresh`."""

    token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    user_id = fields.UUID(required=True)
    session_id = fields.UUID(required=True)
    expires_at = Moment(required=True, metadata={"description": "Until when `token` is good."})
    refresh_expires_at = Moment(
        required=True, metadata={"description": "When one signs in again, however often tokens are exchanged."}
    )


class RefreshTokenSent(Schema):
    """The refresh token to exchange."""

    refresh_token = Secret(200, required=True)


class SessionShown(Schema):
    """Where and since when somebody is signed in; `seen_at` is exact to some minutes."""

    id = fields.UUID(required=True)
    method = Word(Method, required=True)
    address = fields.String(required=True, allow_none=True)
    agent = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True)
    seen_at = Moment(required=True)
    expires_at = Moment(required=True)
    current = fields.Boolean(required=True, metadata={"description": "Whether it is the one that asks."})


class Sessions(Schema):
    """Sessions, the last one used first."""

    items = fields.List(fields.Nested(SessionShown), required=True)
