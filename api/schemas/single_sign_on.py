"""The forms of signing in at an identity provider, and of who people are there."""

from marshmallow import Schema, fields, validate

from api.schemas.fields import Moment, Secret, Text
from dispatch.single_sign_on.binding import CHALLENGE, VERIFIER
from dispatch.single_sign_on.claims import LONGEST_SUBJECT
from dispatch.single_sign_on.returning import LONGEST


class ProviderShown(Schema):
    """An identity provider as a page for signing in shows it."""

    id = fields.String(required=True)
    label_zh = fields.String(required=True)
    label_en = fields.String(required=True)


class ProvidersShown(Schema):
    """Identity providers, in the order in which they are offered."""

    items = fields.List(fields.Nested(ProviderShown), required=True)


class SignInQuery(Schema):
    """How a sign-in begins. The caller keeps the verifier to itself until it fetches the tokens."""

    challenge = fields.String(
        required=True,
        validate=validate.Regexp(f"^{CHALLENGE.pattern}$", error="Not the S256 challenge of a verifier."),
        metadata={"description": "SHA-256 of a random verifier, in base64url without padding (RFC 7636, S256)."},
    )
    next = Text(
        LONGEST,
        load_default="/",
        metadata={"description": "Where to go on: a path of this server, or an address that the operator allows."},
    )


class ProviderAnswer(Schema):
    """What a provider sends back by the browser; what else it adds is passed over."""

    state = Text(200, required=True)
    code = Text(4000)
    error = Text(200)
    iss = Text(500)


class CodeSent(Schema):
    """The code of a sign-in, and the verifier behind its challenge."""

    code = Secret(200, required=True)
    verifier = Secret(128, shortest=43, required=True, metadata={"pattern": f"^{VERIFIER.pattern}$"})


class NewIdentity(Schema):
    """Who somebody is at a provider, to be linked by hand."""

    provider = Text(32, required=True)
    subject = Text(
        LONGEST_SUBJECT,
        required=True,
        metadata={
            "description": "What the provider calls them for ever: the claim `sub`, and never a name or an address."
        },
    )


class IdentityShown(Schema):
    """Who somebody is at a provider, and when they last signed in by it."""

    id = fields.UUID(required=True)
    provider = fields.String(required=True)
    issuer = fields.String(required=True)
    subject = fields.String(required=True)
    created_at = Moment(required=True)
    seen_at = Moment(required=True, allow_none=True)


class IdentitiesShown(Schema):
    """Who somebody is at providers, the first link first."""

    items = fields.List(fields.Nested(IdentityShown), required=True)
