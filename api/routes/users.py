"""People, their accounts, and the roles that they hold at places."""

from uuid import UUID

from flask.views import MethodView

from api.blueprints import Answer, Blueprint, Loaded
from api.routes.session import hashed_ahead
from api.schemas.people import (
    USERS,
    Grant,
    NewGrant,
    NewPassword,
    NewUser,
    UserChange,
    UserDetail,
    UserPage,
    UserQuery,
)
from api.transactions import request_reading, request_transaction
from dispatch.accounts import errors, queries, service
from dispatch.accounts.queries import PersonDetail
from dispatch.people import service as people
from kernel.unit_of_work import Reading

blp = Blueprint("users", "People, their accounts and their roles.")


@blp.route("/users")
class Users(MethodView):
    """All people in scope."""

    @blp.arguments(UserQuery, location="query")
    @blp.page(UserPage)
    def get(self, query: Loaded) -> Answer:
        """List the people in your scope, the newest first."""
        with request_reading() as reading:
            return USERS.show(queries.page_of_users(reading, **query), query["sort"])

    @blp.arguments(NewUser)
    @blp.response(201, UserDetail)
    def post(self, body: Loaded) -> Answer:
        """Make an account."""
        hashed = hashed_ahead(body.get("password"))
        with request_transaction() as uow:
            return queries.user(uow, service.create_user(uow, **body, passwords=hashed))


@blp.route("/users/<uuid:user_id>")
class User(MethodView):
    """One person."""

    @blp.response(200, UserDetail)
    def get(self, user_id: UUID) -> Answer:
        """Show a person with their roles."""
        with request_reading() as reading:
            return queries.user(reading, user_id)

    @blp.arguments(UserChange)
    @blp.response(200, UserDetail)
    def patch(self, body: Loaded, user_id: UUID) -> Answer:
        """Change a person's name, phone or language, close their account, or open it again.

        Closing (`active` false) ends everything by which they get in or are reached, for good: sessions, password, second factor,
        keys, phones, telephone number. Opened again, the account begins with a new password.
        """
        with request_transaction() as uow:
            active = body.pop("active", None)
            if body:
                service.edit_user(uow, user_id=user_id, **_completed(queries.user(uow, user_id), body))
            if active is not None:
                service.set_active(uow, user_id=user_id, active=active)
            return queries.user(uow, user_id)


def _completed(present: PersonDetail, change: Loaded) -> Loaded:
    return {"name": present.name, "phone": present.phone, "locale": present.locale, **change}


@blp.route("/users/<uuid:user_id>/password")
class Password(MethodView):
    """A person's password."""

    @blp.arguments(NewPassword)
    @blp.response(204)
    def put(self, body: Loaded, user_id: UUID) -> Answer:
        """Give a person a new password. Signs them out everywhere."""
        hashed = hashed_ahead(body["password"])
        with request_transaction() as uow:
            service.set_password(uow, user_id=user_id, **body, passwords=hashed)


@blp.route("/users/<uuid:user_id>/grants")
class Grants(MethodView):
    """The roles of a person."""

    @blp.arguments(NewGrant)
    @blp.response(201, Grant)
    def post(self, body: Loaded, user_id: UUID) -> Answer:
        """Give a person a role at a place.

        It takes a higher role at that place, or at one above it. A role that is there already is answered, not doubled.
        """
        with request_transaction() as uow:
            return _grant(uow, user_id, people.give_role(uow, user_id=user_id, **body))


@blp.route("/users/<uuid:user_id>/grants/<uuid:grant_id>")
class OneGrant(MethodView):
    """One role of a person."""

    @blp.response(204)
    def delete(self, user_id: UUID, grant_id: UUID) -> Answer:
        """End a role, now. That it was held stays on record."""
        with request_transaction() as uow:
            grant = _grant(uow, user_id, grant_id)
            people.take_role(uow, user_id=user_id, role=grant.role, level=grant.level, place_id=grant.place_id)


def _grant(reading: Reading, user_id: UUID, grant_id: UUID) -> queries.GrantRow:
    for grant in queries.user(reading, user_id).grants:
        if grant.id == grant_id:
            return grant
    raise errors.GRANT_UNKNOWN()
