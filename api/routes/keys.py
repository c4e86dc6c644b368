"""Keys with which programs ask, and the words that say what these may do."""

from datetime import timedelta
from uuid import UUID

from flask.views import MethodView

from api import transactions
from api.blueprints import Answer, Blueprint, Loaded
from api.identity import longest_key
from api.schemas.keys import KEYS, Key, KeyMade, KeyPage, KeyQuery, KeyRotation, KeyScopes, NewKey
from api.transactions import request_reading, request_transaction, runtime
from dispatch.accounts.keys import queries, service
from dispatch.accounts.keys.scopes import SCOPES, SUBJECTS

blp = Blueprint("keys", "Keys (密钥) with which programs ask in the name of a person or of a service account.")


@blp.route("/key-scopes")
class Scopes(MethodView):
    """What keys may do."""

    @blp.response(200, KeyScopes)
    def get(self) -> Answer:
        """List the scopes that a key may have. Which an operation needs is in its `security`."""
        with request_reading():
            chinese = transactions.language() == "zh-CN"
        texts = {subject: about.zh if chinese else about.en for subject, about in SUBJECTS.items()}
        return {"items": [{"name": word, "about": texts[subject]} for word, subject in SCOPES.items()]}


@blp.route("/keys")
class Keys(MethodView):
    """All keys that the caller sees."""

    @blp.arguments(KeyQuery, location="query")
    @blp.page(KeyPage)
    def get(self, query: Loaded) -> Answer:
        """List your keys and those of the accounts in your charge, the newest first."""
        with request_reading() as reading:
            return KEYS.show(queries.page_of_keys(reading, **query))

    @blp.arguments(NewKey)
    @blp.response(201, KeyMade)
    def post(self, body: Loaded) -> Answer:
        """Make a key for yourself, or for a service account in your charge; the answer holds it, this once."""
        with request_transaction() as uow:
            return service.make(uow, **body, longest=longest_key(runtime().settings))


@blp.route("/keys/<uuid:key_id>")
class OneKey(MethodView):
    """One key."""

    @blp.response(200, Key)
    def get(self, key_id: UUID) -> Answer:
        """Show a key, without what opens anything."""
        with request_reading() as reading:
            return queries.key(reading, key_id)

    @blp.response(204)
    def delete(self, key_id: UUID) -> Answer:
        """Revoke a key of yours or of an account in your charge: from now on it opens nothing."""
        with request_transaction() as uow:
            service.revoke(uow, key_id=key_id)


@blp.route("/keys/<uuid:key_id>/rotate")
class KeyRotations(MethodView):
    """What a key is written as."""

    @blp.arguments(KeyRotation, required=False)
    @blp.response(201, KeyMade)
    def post(self, body: Loaded, key_id: UUID) -> Answer:
        """Write a key anew: the answer holds it, this once, and what was written before is good for some more time."""
        grace = timedelta(hours=body.pop("grace_hours"))
        with request_transaction() as uow:
            return service.rotate(uow, key_id=key_id, grace=grace, **body, longest=longest_key(runtime().settings))
