"""The forms of keys with which programs ask."""

from datetime import timedelta
from uuid import UUID

from marshmallow import Schema, fields, validate

from api.pages import Cursor
from api.schemas.fields import Moment, Text, Whole, Word, page_of, page_query
from dispatch.accounts.keys.addresses import MOST
from dispatch.accounts.keys.scopes import SCOPES
from dispatch.accounts.keys.service import GRACE, LONGEST_GRACE
from dispatch.accounts.keys.states import KeyState

KEYS = Cursor("keys", UUID)
HOUR = timedelta(hours=1)
_ADDRESSES = {
    "description": "Addresses and networks from which it may be used; none: from everywhere.",
    "example": ["203.0.113.7", "2001:db8::/48"],
}
_SCOPES = {
    "description": "Words of `GET /v1/key-scopes`. It opens what these and the roles of its account both do.",
    "example": ["requests:write", "work-orders:read"],
}


class KeySecret(Schema):
    """One way to write a key; `used_at` is exact to some minutes."""

    prefix = fields.String(required=True, metadata={"description": "How it begins: no secret."})
    created_at = Moment(required=True)
    ends_at = Moment(
        required=True, allow_none=True, metadata={"description": "Until when it is good beside what took its place."}
    )
    used_at = Moment(required=True, allow_none=True)
    used_from = fields.String(required=True, allow_none=True)


class Key(Schema):
    """A key, without what opens anything."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True, metadata={"description": "In whose name its program asks."})
    login = fields.String(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True, metadata=_SCOPES)
    addresses = fields.List(fields.String(), required=True, metadata=_ADDRESSES)
    state = Word(KeyState, required=True)
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True)
    revoked_at = Moment(required=True, allow_none=True)
    revoked_by = fields.UUID(required=True, allow_none=True)
    secrets = fields.List(
        fields.Nested(KeySecret),
        required=True,
        metadata={"description": "How it is written, the newest first: more than one after it was rotated."},
    )


class NewKey(Schema):
    """A key to make, for oneself or for a service account."""

    name = Text(80, required=True, metadata={"example": "ERP"})
    scopes = fields.List(Text(48), required=True, validate=validate.Length(1, len(SCOPES)), metadata=_SCOPES)
    expires_at = Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "When it ends; as late as keys may (`FIELDBEAT_KEY_DAYS`), if left out."},
    )
    addresses = fields.List(Text(64), load_default=list, validate=validate.Length(max=MOST), metadata=_ADDRESSES)
    user_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "A service account in your charge; else yourself."}
    )


class KeyMade(Schema):
    """A key as its program sends it. It is shown this once."""

    id = fields.UUID(required=True)
    key = fields.String(required=True, metadata={"description": "Send it as `Authorization: Bearer fb_…`."})


class KeyRotation(Schema):
    """How a key is written anew."""

    grace_hours = Whole(
        0,
        LONGEST_GRACE // HOUR,
        load_default=GRACE // HOUR,
        metadata={"description": "For so long what was written before is good, too; 0: it ends now."},
    )
    expires_at = Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "When the key ends; if left out, it lasts as long again as it did."},
    )


class KeyScope(Schema):
    """A word that says what a key may do."""

    name = fields.String(required=True)
    about = fields.String(required=True)


class KeyScopes(Schema):
    """All words, in alphabetical order."""

    items = fields.List(fields.Nested(KeyScope), required=True)


KeyQuery = page_query(KEYS, "KeyQuery", user_id=fields.UUID(), state=Word(KeyState))
KeyPage = page_of(Key, "KeyPage")
