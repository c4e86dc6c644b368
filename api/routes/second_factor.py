"""The second factor of people: turned on, used for proof, turned off, and reset when it is lost."""

from uuid import UUID

import segno
from flask.views import MethodView

from api import transactions
from api.auth import while_enrolling
from api.blueprints import Answer, Blueprint, Loaded
from api.identity import factor_roles_of, passwords_of
from api.schemas.second_factor import (
    FirstCode,
    PasswordAndCode,
    PresentPassword,
    RecoveryCodes,
    SecondFactor,
    SecondFactorBegun,
)
from api.transactions import request_reading, request_transaction
from dispatch.accounts import charge, queries, signing_in
from dispatch.accounts.second_factor import demand, service
from dispatch.accounts.second_factor.queries import state_of
from dispatch.accounts.throttle import service as throttle
from dispatch.accounts.throttle.service import Attempt
from kernel.unit_of_work import Reading

blp = Blueprint(
    "second-factor", "The second factor (双因素验证) of people: an app that shows codes, and recovery codes."
)


def _shown(reading: Reading, user_id: UUID) -> dict[str, object]:
    state = state_of(reading, user_id)
    person = queries.actors_of_users(reading.session, [user_id], reading.now)[user_id]
    needed = demand.is_needed(person.roles, factor_roles_of(transactions.runtime().settings))
    return {"on": state.on, "since": state.since, "recovery_codes_left": state.recovery_codes_left, "needed": needed}


def _prove_password(password: str) -> Attempt:
    """Compare the caller's password, counted as an attempt to sign in and where no lock is held."""
    with request_transaction() as uow:
        login = queries.user(uow, uow.actor.user_id).login
        attempt = signing_in.enter(uow, login=login, whence=transactions.whence())
    with request_reading() as reading:
        known = passwords_of(transactions.runtime().settings)
        signing_in.check_password(reading, login=login, password=password, passwords=known)
    return attempt


@blp.route("/me/second-factor")
class MySecondFactor(MethodView):
    """The caller's second factor."""

    @while_enrolling
    @blp.response(200, SecondFactor)
    def get(self) -> Answer:
        """Tell how it stands with my second factor."""
        with request_reading() as reading:
            return _shown(reading, reading.actor.user_id)

    @while_enrolling
    @blp.arguments(PresentPassword)
    @blp.response(201, SecondFactorBegun)
    def post(self, body: Loaded) -> Answer:
        """Begin to turn on a second factor: give the answer to an app, then confirm with a code that it shows.

        Nothing changes until then. What was begun before is void.
        """
        attempt = _prove_password(**body)
        with request_transaction() as uow:
            begun = service.begin(uow)
            signing_in.take_back(uow, attempt)
        picture = segno.make(begun.address, error="m").svg_data_uri(scale=4)
        return {"secret": begun.secret, "uri": begun.address, "qr": picture, "expires_at": begun.expires_at}


@blp.route("/me/second-factor/confirm")
class Confirmation(MethodView):
    """The first code."""

    @while_enrolling
    @blp.arguments(FirstCode)
    @blp.response(201, RecoveryCodes)
    def post(self, body: Loaded) -> Answer:
        """Turn on the second factor that I began, by its first code. Ends all my other sessions.

        The recovery codes are shown this once. From now on, signing in takes a code.
        """
        with request_transaction() as uow:
            return {"recovery_codes": service.confirm(uow, **body, session_id=transactions.session_id())}


@blp.route("/me/second-factor/recovery-codes")
class MyRecoveryCodes(MethodView):
    """The caller's recovery codes."""

    @blp.arguments(PasswordAndCode)
    @blp.response(201, RecoveryCodes)
    def post(self, body: Loaded) -> Answer:
        """Give myself new recovery codes, shown this once. The old ones are void."""
        attempt = _prove_password(body.pop("password"))
        with request_transaction() as uow:
            made = service.renew_recovery_codes(uow, **body)
            throttle.succeed(uow, attempt=attempt, user_id=uow.actor.user_id)
        return {"recovery_codes": made}


@blp.route("/me/second-factor/turn-off")
class TurningOff(MethodView):
    """The end of the caller's second factor."""

    @blp.arguments(PasswordAndCode)
    @blp.response(204)
    def post(self, body: Loaded) -> Answer:
        """Turn off my second factor, to begin with another app for example. Ends all my other sessions."""
        attempt = _prove_password(body.pop("password"))
        with request_transaction() as uow:
            service.turn_off(uow, **body, session_id=transactions.session_id())
            throttle.succeed(uow, attempt=attempt, user_id=uow.actor.user_id)


@blp.route("/users/<uuid:user_id>/second-factor")
class SecondFactorOf(MethodView):
    """The second factor of somebody else."""

    @blp.response(200, SecondFactor)
    def get(self, user_id: UUID) -> Answer:
        """Tell how it stands with somebody's second factor. For those who may reset it."""
        with request_reading() as reading:
            charge.check_may_reset_factor(reading, charge.person_to_change(reading, user_id, lock=False))
            return _shown(reading, user_id)

    @blp.response(204)
    def delete(self, user_id: UUID) -> Answer:
        """Reset the second factor of somebody who lost it, and sign them out everywhere.

        For those in charge of the account, and for whoever could give the person every role that they hold: a station's manager
        for those who work there. Nobody resets their own.
        """
        with request_transaction() as uow:
            service.reset(uow, user_id=user_id)
