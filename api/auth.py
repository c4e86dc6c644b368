"""Who is asking: the bearer token of a login session, and which operations need none."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy.orm import Session

from dispatch.accounts.callers import Caller
from dispatch.accounts.sessions.queries import caller_of_token
from kernel import errors
from kernel.actor import Actor

View = TypeVar("View", bound=Callable[..., Any])
Source = TypeVar("Source")

SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The access token that `POST /v1/login` and `POST /v1/refresh` return; good for some minutes.",
    },
    "device": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that `POST /v1/devices` returns to a phone; for synchronisation only.",
    },
}
OPEN = "open_to_all"


def caller(session: Session, token: str, now: datetime) -> Caller:
    """Find out who is behind a token. Raises Unauthenticated (token-invalid)."""
    return caller_of_token(session, token, now)


def logged(identify: Callable[[Source, datetime], Actor]) -> Callable[[Source, datetime], Actor]:
    """Add to an identification that the log lines of the request say who it was, and on which phone."""

    def and_say_who(session: Source, now: datetime) -> Actor:
        actor = identify(session, now)
        known = {"user_id": str(actor.user_id)}
        if actor.device_id is not None:
            known["device_id"] = str(actor.device_id)
        structlog.contextvars.bind_contextvars(**known)
        return actor

    return and_say_who


def token_of(scheme: str | None, token: str | None) -> str:
    """Return the token of an Authorization header. Raises Unauthenticated (token-invalid) when it holds none."""
    if scheme != "bearer" or not token or not token.isascii():
        raise errors.TOKEN_INVALID("send the header `Authorization: Bearer <token>`")
    return token


def open_to_all(view: View) -> View:
    """Mark an operation that needs no token."""
    return _secured(view, [])


def for_devices(view: View) -> View:
    """Mark an operation that wants a device's token."""
    return _secured(view, [{"device": []}])


def _secured(view: View, security: list[dict[str, list[str]]]) -> View:
    documented: dict[str, Any] = dict(getattr(view, "_apidoc", {}))
    documented["manual_doc"] = {**documented.get("manual_doc", {}), "security": security}
    view._apidoc = documented  # type: ignore[attr-defined]
    setattr(view, OPEN, not security)
    return view


def is_secured(view: object) -> bool:
    """Tell whether an operation says itself what it needs, which is not the token of a person."""
    return hasattr(view, OPEN)


def is_open(view: object) -> bool:
    """Tell whether an operation needs no token."""
    return bool(getattr(view, OPEN, False))
