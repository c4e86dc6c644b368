"""How often people, keys and addresses may ask. Counted in Redis for all processes, and in memory while it is away."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from flask import Flask, Response, request
from flask_limiter import ApplicationLimit, Limiter
from limits import RateLimitItem

from api import calling
from dispatch.accounts.callers import Caller
from kernel.identifiers import secret_digest
from kernel.runtime import Runtime, redis_url

PATIENCE = 0.25
"""Seconds that a request waits for Redis; then it is counted in memory, and Redis asked again a little later."""
MOST_KNOWN = 20_000
PERSON, KEY = "person", "key"
CALENDARS = "/v1/calendars/"
UNLIMITED = ("/v1/sync/", "/v1/media", "/health", "/metrics")
"""Not counted here: phones, which send when they have a network, and what watches over us."""


class Counted(NamedTuple):
    """For whom a request counts: a person over all their sessions, or a key by itself, however often it was rotated."""

    kind: str
    id: UUID


class People:
    """Whose tokens were good a moment ago: a limit holds for all tokens of somebody, and before anything is looked up."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, Counted] = OrderedDict()
        self._lock = Lock()

    def remember(self, token: str, caller: Caller) -> None:
        """Note whose token this is."""
        key = caller.key
        counted = Counted(PERSON, caller.actor.user_id) if key is None else Counted(KEY, key.id)
        with self._lock:
            self._known[secret_digest(token)] = counted
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

    def forget(self, token: str) -> None:
        """Note that a token is not good any more: nobody shall use up another's limit with it."""
        with self._lock:
            self._known.pop(secret_digest(token), None)

    def owner(self, token: str) -> Counted | None:
        """Return whose token this was when it was last used here."""
        with self._lock:
            return self._known.get(secret_digest(token))


def register(app: Flask, runtime: Runtime) -> None:
    """Limit an application as its settings say. What follows from a breach is `too-many-requests` (429)."""
    people = app.extensions[calling.PEOPLE] = People()

    def counted() -> Counted:
        given = request.authorization
        known = None if given is None or not given.token else people.owner(given.token)
        return known or _NOBODY

    settings = runtime.settings

    def others(kind: str) -> Callable[[], bool]:
        return lambda: counted().kind != kind

    limits: list[str | Callable[[], str] | ApplicationLimit] = [
        ApplicationLimit(rate, key_function=key, scope=kind, exempt_when=exempt)
        for kind, rate, key, exempt in (
            (PERSON, settings.limit_person, lambda: str(counted().id), others(PERSON)),
            (KEY, settings.limit_key, lambda: str(counted().id), others(KEY)),
            (_NOBODY.kind, settings.limit_address, _address, others(_NOBODY.kind)),
            ("calendar", settings.limit_calendar, _calendar, lambda: not request.path.startswith(CALENDARS)),
        )
        if rate != "none"
    ]
    if not limits:
        return
    limiter = _SparingLimiter(
        _address,
        application_limits=limits,
        headers_enabled=True,
        strategy="moving-window",
        storage_uri=_storage(redis_url(runtime.settings)),
        storage_options={"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE},  # type: ignore[dict-item]
        in_memory_fallback_enabled=True,
        key_prefix="fieldbeat",
    )

    def tell(response: Response) -> Response:
        _tidy(response)
        if limiter.current_limit is not None:
            _tell(response, limiter.current_limit.limit)
        return response

    app.after_request(_sparing(tell))  # before the limiter's own, for they run in the reverse order
    limiter.init_app(app)
    for hooks in (app.after_request_funcs[None], app.teardown_request_funcs[None]):
        hooks[-1] = _sparing(hooks[-1])  # the limiter's own


_NOBODY = Counted("address", UUID(int=0))
"""Somebody whose token, if there is one, is not known to be good."""


def _sparing(hook: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Leave a hook out for what is not limited here: phones ask all the time."""
    return lambda given: given if request.path.startswith(UNLIMITED) else hook(given)


class _SparingLimiter(Limiter):
    """A limiter that does not even look at what is not limited here."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if request.method != "OPTIONS" and not request.path.startswith(UNLIMITED):
            super()._check_request_limit(callable_name, in_middleware)


def _calendar() -> str:
    return secret_digest(request.path).hex()


def _storage(url: str) -> str:
    return f"redis+{url}" if url.startswith("unix:") else url


def _address() -> str:
    return request.remote_addr or "?"


def _tidy(response: Response) -> None:
    """Say when to come back only to whom it was refused: a program might wait without need."""
    if response.status_code not in (429, 503):
        response.headers.pop("Retry-After", None)


def _tell(response: Response, limit: RateLimitItem) -> None:
    """Say how it stands also in the RateLimit fields of the IETF's draft, from what the limiter says in the older ones."""
    left, end = (response.headers.get(f"X-RateLimit-{name}", type=int) for name in ("Remaining", "Reset"))
    if left is not None and end is not None:
        response.headers["RateLimit-Policy"] = f'"requests";q={limit.amount};w={limit.get_expiry()}'
        response.headers["RateLimit"] = f'"requests";r={left};t={max(0, end - int(time.time()))}'
