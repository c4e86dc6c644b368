"""Who sends the present request, by the token that came with it, and whether a key may ask for this operation."""

from datetime import datetime
from uuid import UUID

import structlog
from flask import current_app, g, request
from sqlalchemy.orm import Session

from api import auth, scopes
from dispatch.accounts.callers import Caller
from dispatch.accounts.keys.token import PREFIX
from kernel import errors
from kernel.actor import Actor
from kernel.settings import Settings

PEOPLE = "fieldbeat-people"


def bearer_token() -> str:
    """Return the request's bearer token. Raises Unauthenticated (token-invalid) when there is none."""
    given = request.authorization
    return auth.token_of(*((None, None) if given is None else (given.type, given.token)))


def known_by_token(session: Session, now: datetime) -> Actor:
    """Identify a person by their token, or a program by its key. Raises Unauthenticated (token-invalid)."""
    token, people = bearer_token(), current_app.extensions[PEOPLE]
    try:
        g.caller = found = auth.caller(session, token, now)
    except errors.DomainError:
        people.forget(token)
        raise
    people.remember(token, found)
    return found.actor


def caller() -> Caller | None:
    """Return who was identified by a token of theirs, once a transaction has found out."""
    found: Caller | None = g.get("caller")
    return found


def operation() -> object:
    """Return what answers the present request, as its decorators left it."""
    view = current_app.view_functions[request.endpoint or ""]
    method = "get" if request.method == "HEAD" else request.method.lower()
    return getattr(getattr(view, "view_class", None), method, view)


def admit(settings: Settings) -> None:
    """Refuse a key that does not open this operation, or not from here; whoever asks is known by now, and written down.

    Refuse a person, too, who has yet to turn on the second factor that their role takes.

    Raises Forbidden (keys.address_refused, keys.closed, keys.scope_missing, accounts.second_factor_needed).
    """
    found = caller()
    if found is None:
        return
    if found.key is None:
        auth.demand_second_factor(found, operation(), settings)
        return
    structlog.contextvars.bind_contextvars(key=f"{PREFIX}{found.key.handle}")
    rule = request.url_rule
    path = "" if rule is None else scopes.described(rule.rule)
    auth.admit(found.key, scopes.needed(request.method, path, request.blueprint or ""), request.remote_addr)


def demand_scopes(need: frozenset[str]) -> None:
    """Refuse a key that lacks one of these scopes besides those of the operation. Raises Forbidden (keys.scope_missing)."""
    found = caller()
    if found is not None and found.key is not None:
        auth.demand_scopes(found.key, need)


def session_id() -> UUID | None:
    """Return the session whose token was sent, once a transaction has found out; None for other callers."""
    found = caller()
    return None if found is None else found.session_id


def mark() -> str | None:
    """Return what tells sessions and keys apart in the audit log and opens nothing, once a transaction has found out."""
    found = caller()
    if found is None:
        return None
    if found.key is not None:
        return f"{PREFIX}{found.key.handle}"
    return None if found.session_id is None else found.session_id.hex[-16:]
