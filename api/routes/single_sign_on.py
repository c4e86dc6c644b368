"""Signing in at an identity provider: there, back with its answer, and tokens for whoever began."""

from flask import Response
from flask.views import MethodView
from marshmallow import EXCLUDE

from api import transactions
from api.auth import open_to_all
from api.blueprints import Answer, Blueprint, Loaded
from api.identity import lifetime_of
from api.schemas.sessions import Token
from api.schemas.single_sign_on import CodeSent, ProviderAnswer, ProvidersShown, SignInQuery
from api.transactions import nobody, request_transaction
from dispatch.single_sign_on import asking, errors, queries, service
from dispatch.single_sign_on.directory import Directory, directory_of
from dispatch.single_sign_on.returning import check_address, with_answer
from kernel.audit.acts import Act, ActKind
from kernel.errors import DomainError
from kernel.identity_providers import IdentityProvider

blp = Blueprint("single-sign-on", "Signing in at an identity provider (OpenID Connect).")
PATH = "/session/oidc"
LOCATION = {"Location": {"description": "Where to go on.", "schema": {"type": "string"}}}


def _directory(name: str) -> Directory:
    return directory_of(queries.provider_of(transactions.runtime().settings.identity_providers, name))


def _callback(provider: IdentityProvider) -> str:
    """Return the one address to which a provider sends people back, letter by letter as it is registered there."""
    return f"{transactions.runtime().settings.public_address}/v1{PATH}/{provider.id}/callback"


def _go_to(address: str) -> Response:
    return Response(status=303, headers={"Location": address})


@blp.route(PATH)
class SingleSignOn(MethodView):
    """The providers, and the end of a sign-in at one."""

    @open_to_all
    @blp.response(200, ProvidersShown)
    def get(self) -> Answer:
        """List the identity providers at which one may sign in."""
        shown = []
        for one in transactions.runtime().settings.identity_providers:
            labels = dict(one.labels)
            shown.append({"id": one.id, "label_zh": labels["zh-CN"], "label_en": labels["en"]})
        return {"items": shown}

    @open_to_all
    @blp.arguments(CodeSent)
    @blp.response(201, Token)
    def post(self, body: Loaded) -> Answer:
        """Exchange the code of a sign-in for tokens, by the verifier of whoever began it.

        It is good for a minute and for one attempt, right or wrong. The session is one like any other.
        """
        lifetime, whence = lifetime_of(transactions.runtime().settings), transactions.whence()
        with request_transaction(nobody) as uow:
            signed_in = service.exchange(uow, **body, lifetime=lifetime, whence=whence)
        if signed_in is None:
            raise errors.CODE_INVALID()
        return signed_in


@blp.route(f"{PATH}/<string:provider>")
class SignInThere(MethodView):
    """The way to a provider."""

    @open_to_all
    @blp.arguments(SignInQuery, location="query")
    @blp.response(303, headers=LOCATION)
    def get(self, query: Loaded, provider: str) -> Answer:
        """Go to an identity provider to sign in. For browsers.

        They come back to `next` with `#code=…` (programs with `?code=…`), or with `error=` and a code of the catalogue.
        """
        directory = _directory(provider)
        allowed = directory.provider
        return_to = check_address(query["next"], allowed.return_to, loopback=allowed.loopback)
        now = transactions.runtime().clock.now()
        directory.endpoints(now)  # one that is away is asked before anything is noted
        with request_transaction(nobody) as uow:
            begun = service.begin(uow, provider=allowed, challenge=query["challenge"], return_to=return_to)
        return _go_to(asking.where_to_sign_in(directory, begun, redirect_uri=_callback(allowed), now=now))


@blp.route(f"{PATH}/<string:provider>/callback")
class ComeBack(MethodView):
    """The way back from a provider."""

    @open_to_all
    @blp.arguments(ProviderAnswer, location="query", unknown=EXCLUDE)
    @blp.response(303, headers=LOCATION)
    def get(self, query: Loaded, provider: str) -> Answer:
        """Take the answer of an identity provider, and go on to where the sign-in began. For browsers, once."""
        directory = _directory(provider)
        with request_transaction(nobody) as uow:
            begun = service.take_up(uow, provider=directory.provider, state=query.pop("state"))
        try:
            # The provider is asked while no transaction is open.
            claimed = asking.who_signed_in(
                directory,
                begun,
                query,
                redirect_uri=_callback(directory.provider),
                now=transactions.runtime().clock.now(),
            )
            with request_transaction(nobody, watched=True) as uow:
                code = service.admit(uow, provider=directory.provider, claimed=claimed, challenge=begun.challenge)
        except DomainError as refused:
            details = {"refused": refused.code, "provider": provider, "detail": refused.detail[:200]}
            transactions.write_down(Act(ActKind.LOGIN, details=details))
            return _go_to(with_answer(begun.return_to, error=refused.code))
        return _go_to(with_answer(begun.return_to, code=code))


@blp.route(f"{PATH}/<string:provider>/logout")
class SignOutThere(MethodView):
    """The way out at a provider."""

    @open_to_all
    @blp.response(303, headers=LOCATION)
    def get(self, provider: str) -> Answer:
        """Go to an identity provider to sign out there as well. For browsers, after `POST /v1/logout`."""
        directory, runtime = _directory(provider), transactions.runtime()
        return_to = f"{runtime.settings.public_address}/"
        return _go_to(asking.where_to_sign_out(directory, return_to=return_to, now=runtime.clock.now()))
