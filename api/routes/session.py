"""Signing in and out, and who one is."""

from flask.views import MethodView

from api import transactions
from api.auth import open_to_all
from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.people import Credentials, NewPassword, Token, UserDetail
from api.transactions import request_reading, request_transaction
from dispatch.accounts import queries, service
from dispatch.accounts.passwords import HashedAhead, Passwords
from kernel.audit.acts import Act, ActKind
from kernel.audit.masking import masked
from kernel.errors import DomainError

blp = Blueprint("session", "Signing in and out, and who one is.")


def passwords() -> Passwords:
    """Return how this installation hashes passwords."""
    return Passwords(transactions.runtime().settings.password_memory_kib)


def hashed_ahead(password: str | None) -> Passwords:
    """Hash a caller's new password before the transaction that stores it: hashing takes its time, and would hold its locks."""
    if password is None:
        return passwords()
    with request_reading():  # only for somebody who is signed in
        pass
    return HashedAhead.of(passwords(), password)


@blp.route("/login")
class Login(MethodView):
    """The door."""

    @open_to_all
    @blp.arguments(Credentials)
    @blp.response(201, Token)
    @blp.refuses(401)
    def post(self, body: Loaded) -> Answer:
        """Sign in.

        Whatever is wrong, the answer is the same 401 (`accounts.wrong_password`), after the same time.
        """
        hours = transactions.runtime().settings.login_hours
        # Hashing takes its time on purpose; no lock is held meanwhile.
        try:
            with request_reading(transactions.nobody) as reading:
                known = service.check_password(reading, **body, passwords=passwords())
        except DomainError as refused:
            transactions.write_down(
                Act(ActKind.LOGIN, details={"refused": refused.code, "login": masked(body["login"])})
            )
            raise
        with request_transaction(transactions.nobody) as uow:
            return service.open_session(uow, known=known, hours=hours)


@blp.route("/logout")
class Logout(MethodView):
    """The way out."""

    @blp.response(204)
    def post(self) -> Answer:
        """Sign out: the token is good for nothing from now on."""
        with request_transaction() as uow:
            service.sign_out(uow, token=transactions.bearer_token())


@blp.route("/me")
class Me(MethodView):
    """The caller."""

    @blp.response(200, UserDetail)
    def get(self) -> Answer:
        """Tell who I am, and in which roles."""
        with request_reading() as reading:
            return queries.user(reading, reading.actor.user_id)


@blp.route("/me/password")
class MyPassword(MethodView):
    """The caller's password."""

    @blp.arguments(NewPassword)
    @blp.response(204)
    def put(self, body: Loaded) -> Answer:
        """Give myself a new password. Signs me out everywhere."""
        with request_transaction() as uow:
            service.set_password(uow, user_id=uow.actor.user_id, **body, passwords=passwords())
