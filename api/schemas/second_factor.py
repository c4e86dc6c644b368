"""The forms of second factors: how it stands, what an app is given, and recovery codes."""

from marshmallow import Schema, fields

from api.schemas.fields import Moment, Secret
from api.schemas.sessions import Code


class SecondFactor(Schema):
    """How it stands with somebody's second factor."""

    on = fields.Boolean(required=True, metadata={"description": "Whether signing in takes it."})
    since = Moment(required=True, allow_none=True)
    recovery_codes_left = fields.Integer(required=True)
    needed = fields.Boolean(
        required=True,
        metadata={
            "description": "Whether a role of theirs takes one: without it, nothing else is open after signing in."
        },
    )


class PresentPassword(Schema):
    """The caller's password, to show that it is they who ask."""

    password = Secret(1000, required=True)


class PasswordAndCode(PresentPassword):
    """The caller's password and a code, to show that it is they who ask."""

    code = Code(required=True)


class FirstCode(Schema):
    """The first code that the app shows."""

    code = Code(required=True)


class SecondFactorBegun(Schema):
    """What an authenticator app is given, shown this once: the same in three forms. Confirm it with a code of the app."""

    secret = fields.String(required=True, metadata={"description": "To be typed into an app: base32."})
    uri = fields.String(required=True, metadata={"description": "`otpauth://totp/…`, for an app on the same device."})
    qr = fields.String(
        required=True, metadata={"description": "The address as a QR code: an SVG as a `data:` address."}
    )
    expires_at = Moment(required=True, metadata={"description": "Until when the first code is taken."})


class RecoveryCodes(Schema):
    """Codes for when the app is lost, shown this once; each is good once."""

    recovery_codes = fields.List(fields.String(), required=True)
