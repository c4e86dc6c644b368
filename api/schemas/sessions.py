"""The forms of signing in, of tokens and of sessions."""

from typing import Any

from marshmallow import Schema, fields

from api.schemas.fields import Moment, Secret, Text, Word
from dispatch.accounts.sessions.kinds import Method


class Code(Secret):
    """A code of an authenticator app, or a recovery code."""

    def __init__(self, **options: Any) -> None:
        about = "The six digits that the app shows, or one of the recovery codes. Each is good once."
        super().__init__(40, metadata={"description": about, "example": "492039"}, **options)


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


class SecondFactorAsked(Schema):
    """The password was right, and a code is wanted besides. `challenge` opens nothing by itself: it is sent with the code."""

    challenge = fields.String(required=True)
    expires_at = Moment(required=True, metadata={"description": "Until when a code is taken."})


class SecondFactorCode(Schema):
    """The code of a second factor, for a sign-in that waits for it."""

    challenge = Secret(200, required=True)
    code = Code(required=True)


class RefreshTokenSent(Schema):
    """The refresh token to exchange."""

    refresh_token = Secret(200, required=True)


class SessionShown(Schema):
    """Where and since when somebody is signed in; `seen_at` is exact to some minutes."""

    id = fields.UUID(required=True)
    method = Word(Method, required=True)
    second_factor = fields.Boolean(
        required=True, metadata={"description": "Whether a code was given besides the password."}
    )
    address = fields.String(required=True, allow_none=True)
    agent = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True)
    seen_at = Moment(required=True)
    expires_at = Moment(required=True)
    current = fields.Boolean(required=True, metadata={"description": "Whether it is the one that asks."})


class Sessions(Schema):
    """Sessions, the last one used first."""

    items = fields.List(fields.Nested(SessionShown), required=True)
