"""Signing in and out, and who one is."""

import orjson
from flask import Response
from flask.views import MethodView

from api import transactions
from api.auth import open_to_all, while_enrolling
from api.blueprints import Answer, Blueprint, Loaded
from api.identity import lifetime_of, passwords_of
from api.schemas.people import NewPassword, UserDetail
from api.schemas.sessions import Credentials, RefreshTokenSent, SecondFactorAsked, SecondFactorCode, Token
from api.transactions import request_reading, request_transaction
from dispatch.accounts import queries, service, signing_in
from dispatch.accounts.passwords import HashedAhead, Passwords
from dispatch.accounts.sessions import errors
from dispatch.accounts.sessions import service as sessions
from dispatch.accounts.sessions.challenges import Challenge
from dispatch.accounts.sessions.service import SignedIn
from kernel.audit.acts import Act, ActKind
from kernel.audit.masking import masked
from kernel.errors import DomainError

blp = Blueprint("session", "Signing in and out, and who one is.")


def passwords() -> Passwords:
    """Return how this installation hashes passwords."""
    return passwords_of(transactions.runtime().settings)


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
    @blp.alt_response(
        202, schema=SecondFactorAsked, description="The password was right, and a code is wanted besides."
    )
    def post(self, body: Loaded) -> Answer:
        """Sign in.

        Somebody with a second factor gets no tokens yet (202): send the `challenge` and a code to `/v1/login/second-factor`.
        Whatever is wrong, the answer is the same 401 (`accounts.wrong_password`), after the same time. Whoever tries too often
        waits (429 with `Retry-After`), and nobody else does.
        """
        lifetime, whence = lifetime_of(transactions.runtime().settings), transactions.whence()
        with request_transaction(transactions.nobody) as uow:
            attempt = signing_in.enter(uow, login=body["login"], whence=whence)
        # Hashing takes its time on purpose; no lock is held meanwhile.
        try:
            with request_reading(transactions.nobody) as reading:
                known = signing_in.check_password(reading, **body, passwords=passwords())
        except DomainError as refused:
            transactions.write_down(
                Act(ActKind.LOGIN, details={"refused": refused.code, "login": masked(body["login"])})
            )
            raise
        with request_transaction(transactions.nobody) as uow:
            opened = signing_in.open_session(uow, known=known, attempt=attempt, lifetime=lifetime, whence=whence)
        return opened if isinstance(opened, SignedIn) else _asked(opened)


def _asked(challenge: Challenge) -> Response:
    return Response(orjson.dumps(SecondFactorAsked().dump(challenge)), 202, content_type="application/json")


@blp.route("/login/second-factor")
class SecondStep(MethodView):
    """The second lock of the door."""

    @open_to_all
    @blp.arguments(SecondFactorCode)
    @blp.response(201, Token)
    def post(self, body: Loaded) -> Answer:
        """Go on with a sign-in that waits for a code.

        Each code is good once. A challenge takes five codes within five minutes; then one begins with the password again. Whoever
        tries too often waits, as with passwords.
        """
        lifetime, whence = lifetime_of(transactions.runtime().settings), transactions.whence()
        with request_transaction(transactions.nobody) as uow:
            step = signing_in.enter_code(uow, challenge=body["challenge"], whence=whence)
        try:
            with request_transaction(transactions.nobody) as uow:
                return signing_in.take_up(uow, step=step, code=body["code"], lifetime=lifetime, whence=whence)
        except DomainError as refused:
            with request_transaction(transactions.nobody) as uow:
                signing_in.note_refused(uow, step=step, code=refused.code, whence=whence)
            raise


@blp.route("/refresh")
class Refresh(MethodView):
    """The next pair of tokens."""

    @open_to_all
    @blp.arguments(RefreshTokenSent)
    @blp.response(201, Token)
    def post(self, body: Loaded) -> Answer:
        """Exchange a refresh token for the next pair of tokens.

        It works once. If the answer was lost, the same request gets the same answer for 20 seconds, as long as none of the new
        tokens was used. A used one that comes later ends its session, and its person is told.
        """
        lifetime, whence = lifetime_of(transactions.runtime().settings), transactions.whence()
        with request_transaction(transactions.nobody) as uow:
            fresh = sessions.refresh(uow, token=body["refresh_token"], lifetime=lifetime, whence=whence)
        if fresh is None:
            raise errors.REFRESH_INVALID()
        return fresh


@blp.route("/logout")
class Logout(MethodView):
    """The way out."""

    @while_enrolling
    @blp.response(204)
    def post(self) -> Answer:
        """Sign out: the tokens of this session are good for nothing from now on."""
        with request_transaction() as uow:
            if session_id := transactions.session_id():
                sessions.end_session(uow, user_id=uow.actor.user_id, session_id=session_id)


@blp.route("/me")
class Me(MethodView):
    """The caller."""

    @while_enrolling
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
        """Give myself a new password. Ends all my other sessions."""
        with request_transaction() as uow:
            service.set_password(
                uow,
                user_id=uow.actor.user_id,
                **body,
                passwords=passwords(),
                session_id=transactions.session_id(),
            )
