"""Where people are signed in, and the end of it."""

from uuid import UUID

from flask.views import MethodView

from api import transactions
from api.blueprints import Answer, Blueprint
from api.schemas.sessions import Sessions
from api.transactions import request_reading, request_transaction
from dispatch.accounts import charge
from dispatch.accounts.sessions import queries, service

blp = Blueprint("sessions", "Where people are signed in, and the end of it.")


@blp.route("/me/sessions")
class MySessions(MethodView):
    """The caller's sessions."""

    @blp.response(200, Sessions)
    def get(self) -> Answer:
        """List where I am signed in, the last one used first."""
        with request_reading() as reading:
            current = transactions.session_id()
            return {"items": queries.sessions_of(reading, reading.actor.user_id, current=current)}

    @blp.response(204)
    def delete(self) -> Answer:
        """End all my sessions but this one."""
        with request_transaction() as uow:
            service.end_all(uow, user_id=uow.actor.user_id, but=transactions.session_id())


@blp.route("/me/sessions/<uuid:session_id>")
class MySession(MethodView):
    """One of the caller's sessions."""

    @blp.response(204)
    def delete(self, session_id: UUID) -> Answer:
        """End one of my sessions, on a device that is lost, for example."""
        with request_transaction() as uow:
            service.end_session(uow, user_id=uow.actor.user_id, session_id=session_id)


@blp.route("/users/<uuid:user_id>/sessions")
class SessionsOf(MethodView):
    """The sessions of somebody else."""

    @blp.response(200, Sessions)
    def get(self, user_id: UUID) -> Answer:
        """List where somebody is signed in. For those in charge of the account."""
        with request_reading() as reading:
            charge.check_own_or_in_charge(reading, user_id, lock=False)
            return {"items": queries.sessions_of(reading, user_id, current=transactions.session_id())}

    @blp.response(204)
    def delete(self, user_id: UUID) -> Answer:
        """Sign somebody out everywhere. For those in charge of the account."""
        with request_transaction() as uow:
            charge.check_own_or_in_charge(uow, user_id)
            service.end_all(uow, user_id=user_id)


@blp.route("/users/<uuid:user_id>/sessions/<uuid:session_id>")
class OneSessionOf(MethodView):
    """One session of somebody else."""

    @blp.response(204)
    def delete(self, user_id: UUID, session_id: UUID) -> Answer:
        """End one session of somebody. For those in charge of the account."""
        with request_transaction() as uow:
            charge.check_own_or_in_charge(uow, user_id)
            service.end_session(uow, user_id=user_id, session_id=session_id)
