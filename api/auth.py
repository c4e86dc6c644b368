"""Who is asking: the bearer token of a login session, and which operations need none."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy.orm import Session

from api.identity import factor_roles_of
from api.scopes import Need
from dispatch.accounts.callers import Caller
from dispatch.accounts.keys import addresses, token
from dispatch.accounts.keys import errors as keys
from dispatch.accounts.keys.queries import caller_of_key
from dispatch.accounts.keys.states import KeyUsed
from dispatch.accounts.second_factor import demand
from dispatch.accounts.second_factor.errors import NEEDED
from dispatch.accounts.sessions.queries import caller_of_token
from kernel import errors
from kernel.actor import Actor
from kernel.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
Source = TypeVar("Source")

SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The access token that `POST /v1/login` and `POST /v1/refresh` return; good for some minutes.",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of `POST /v1/keys`, for programs: `fb_…`. It needs all of the scopes that are listed with it.",
    },
    "device": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that `POST /v1/devices` returns to a phone; for synchronisation only.",
    },
}
OPEN, ENROLLING = "open_to_all", "while_enrolling"


def caller(session: Session, sent: str, now: datetime) -> Caller:
    """Find out who is behind a token or a key. Raises Unauthenticated (token-invalid)."""
    return (caller_of_key if token.is_meant(sent) else caller_of_token)(session, sent, now)


def admit(key: KeyUsed, need: Need, address: str | None) -> None:
    """Refuse a key that is used from elsewhere, or for what it does not open.

    Raises Forbidden (keys.address_refused; keys.closed; keys.scope_missing with the `scopes` that are missing).
    """
    if not addresses.allow(key.addresses, address):
        raise keys.ADDRESS_REFUSED()
    if need is None:
        raise keys.CLOSED()
    demand_scopes(key, need)


def demand_scopes(key: KeyUsed, need: frozenset[str]) -> None:
    """Refuse a key that lacks one of these scopes. Raises Forbidden (keys.scope_missing with the `scopes` that are missing)."""
    missing = sorted(need - key.scopes)
    if missing:
        raise keys.SCOPE_MISSING(", ".join(missing), scopes=missing)


def refused_to_keys(need: Need) -> frozenset[errors.ErrorCode]:
    """Return what `admit` may refuse of an operation."""
    if need is None:
        return frozenset({keys.ADDRESS_REFUSED, keys.CLOSED})
    return frozenset({keys.ADDRESS_REFUSED, keys.SCOPE_MISSING} if need else {keys.ADDRESS_REFUSED})


def demand_second_factor(caller: Caller, operation: object, settings: Settings) -> None:
    """Refuse a caller who has yet to turn on the second factor that their role takes, unless the operation is for that.

    Raises Forbidden (accounts.second_factor_needed).
    """
    if not takes_part_in_enrolling(operation) and demand.may_only_enrol(caller, factor_roles_of(settings)):
        raise NEEDED()


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


def token_of(scheme: str | None, sent: str | None) -> str:
    """Return the token of an Authorization header. Raises Unauthenticated (token-invalid) when it holds none."""
    if scheme != "bearer" or not sent or not sent.isascii():
        raise errors.TOKEN_INVALID("send the header `Authorization: Bearer <token>`")
    return sent


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


def is_persons(operation: Mapping[str, Any]) -> bool:
    """Tell whether an operation, as it is described, wants the token of a person or a key."""
    return operation.get("security") is None or {"bearer": []} in operation["security"]


def is_secured(view: object) -> bool:
    """Tell whether an operation says itself what it needs, which is not the token of a person."""
    return hasattr(view, OPEN)


def is_open(view: object) -> bool:
    """Tell whether an operation needs no token."""
    return bool(getattr(view, OPEN, False))


def while_enrolling(view: View) -> View:
    """Mark an operation that is open to somebody who has yet to turn on the second factor that their role takes."""
    setattr(view, ENROLLING, True)
    return view


def takes_part_in_enrolling(view: object) -> bool:
    """Tell whether an operation is open to somebody who has yet to turn on a second factor."""
    return bool(getattr(view, ENROLLING, False))
