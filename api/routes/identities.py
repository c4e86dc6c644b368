"""Who people are at identity providers."""

from uuid import UUID

from flask.views import MethodView

from api import transactions
from api.blueprints import Answer, Blueprint, Loaded
from api.schemas.single_sign_on import IdentitiesShown, IdentityShown, NewIdentity
from api.transactions import request_reading, request_transaction
from dispatch.accounts import charge
from dispatch.single_sign_on import linking, queries

blp = Blueprint("identities", "Who people are at identity providers.")


@blp.route("/users/<uuid:user_id>/identities")
class Identities(MethodView):
    """Who somebody is at providers."""

    @blp.response(200, IdentitiesShown)
    def get(self, user_id: UUID) -> Answer:
        """List who somebody is at identity providers: oneself, or for those in charge of the account."""
        with request_reading() as reading:
            charge.check_own_or_in_charge(reading, user_id, lock=False)
            return {"items": queries.identities_of(reading, user_id)}

    @blp.arguments(NewIdentity)
    @blp.response(201, IdentityShown)
    def post(self, body: Loaded, user_id: UUID) -> Answer:
        """Link somebody to whom they are at a provider: who signs in as that there is them here. For those in charge."""
        with request_transaction() as uow:
            providers = transactions.runtime().settings.identity_providers
            identity_id = linking.link(uow, user_id=user_id, providers=providers, **body)
            return queries.identity(uow, user_id, identity_id)


@blp.route("/users/<uuid:user_id>/identities/<uuid:identity_id>")
class OneIdentity(MethodView):
    """Who somebody is at one provider."""

    @blp.response(204)
    def delete(self, user_id: UUID, identity_id: UUID) -> Answer:
        """Forget who somebody is at a provider. For those in charge.

        Ends the roles that it gave them, and the sessions that were opened by a provider.
        """
        with request_transaction() as uow:
            linking.unlink(uow, user_id=user_id, identity_id=identity_id)
