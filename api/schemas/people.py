"""The forms of people and of their roles."""

from marshmallow import Schema, fields

from api.pages import Cursor
from api.schemas.fields import Flag, Moment, Secret, Text, Word, page_of, page_query
from dispatch.accounts.kinds import AccountKind
from dispatch.accounts.queries import SORTS
from kernel.actor import Level, Role

USERS = Cursor("users", sorts=SORTS)


class Grant(Schema):
    """A role held at a place, from a moment on and perhaps until another.

    `provider`: it follows from the person's groups at this identity provider, and goes with them.
    """

    id = fields.UUID(required=True)
    role = Word(Role, required=True)
    level = Word(Level, required=True)
    place_id = fields.UUID(required=True, allow_none=True)
    valid_from = Moment(required=True)
    valid_to = Moment(required=True, allow_none=True)
    provider = fields.String(required=True, allow_none=True)


class User(Schema):
    """A person as lists show them."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True, allow_none=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    locale = fields.String(required=True)
    active = fields.Boolean(required=True)
    kind = Word(
        AccountKind,
        required=True,
        metadata={"description": "`service`: a program, which never signs in and asks with keys."},
    )
    created_at = Moment(required=True)


class UserDetail(User):
    """A person with all roles that they hold, held or will hold."""

    grants = fields.List(fields.Nested(Grant), required=True)


class NewUser(Schema):
    """A person to make an account for; without a password nobody can sign in."""

    login = Text(200, required=True)
    name = Text(200, required=True)
    password = Secret(1000, allow_none=True)
    region_id = fields.UUID(allow_none=True)
    phone = Text(200, allow_none=True)
    locale = Text(16, metadata={"enum": ["zh-CN", "en"]})
    kind = Word(
        AccountKind,
        load_default=AccountKind.PERSON,
        metadata={"description": "`service`: an account for a program, without a password; make keys for it."},
    )


class UserChange(Schema):
    """What changes about a person; what is left out stays."""

    name = Text(200)
    phone = Text(200, allow_none=True)
    locale = Text(16, metadata={"enum": ["zh-CN", "en"]})
    active = Flag()


class NewPassword(Schema):
    """A new password; one's own also takes the present one."""

    password = Secret(1000, required=True)
    present = Secret(1000, allow_none=True)


class NewGrant(Schema):
    """A role to give at a place; everywhere has no place."""

    role = Word(Role, required=True)
    level = Word(Level, required=True)
    place_id = fields.UUID(load_default=None, allow_none=True)
    valid_from = Moment(load_default=None, allow_none=True)
    valid_to = Moment(load_default=None, allow_none=True)


UserQuery = page_query(
    USERS,
    "UserQuery",
    q=Text(80, metadata={"description": "Part of a name, or the beginning of a login."}),
    region_id=fields.UUID(),
    role=Word(Role, metadata={"description": "A role held now."}),
    active=fields.Boolean(),
    kind=Word(AccountKind),
)
UserPage = page_of(User, "UserPage")
