"""How often people and addresses may ask. Counted in Redis for all processes, and in memory while it is away."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from uuid import UUID

from flask import Flask, Response, request
from flask_limiter import ApplicationLimit, Limiter

from api import transactions
from kernel.identifiers import secret_digest
from kernel.runtime import Runtime, redis_url

PATIENCE = 0.25
"""Seconds that a request waits for Redis; then it is counted in memory, and Redis asked again a little later."""
MOST_KNOWN = 20_000
UNLIMITED = ("/v1/sync/", "/v1/media", "/health", "/metrics")
"""Not counted here: phones, which send when they have a network, and what watches over us."""


class People:
    """Whose tokens were good a moment ago: a limit holds for all tokens of somebody, and before anything is looked up."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, UUID] = OrderedDict()
        self._lock = Lock()

    def remember(self, token: str, user_id: UUID) -> None:
        """Note whose token this is."""
        with self._lock:
            self._known[secret_digest(token)] = user_id
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

    def forget(self, token: str) -> None:
        """Note that a token is not good any more: nobody shall use up another's limit with it."""
        with self._lock:
            self._known.pop(secret_digest(token), None)

    def owner(self, token: str) -> UUID | None:
        """Return whose token this was when it was last used here."""
        with self._lock:
            return self._known.get(secret_digest(token))


def register(app: Flask, runtime: Runtime) -> None:
    """Limit an application as its settings say. What follows from a breach is `too-many-requests` (429)."""
    people = app.extensions[transactions.PEOPLE] = People()

    def person() -> UUID | None:
        given = request.authorization
        return None if given is None or not given.token else people.owner(given.token)

    limits: list[str | Callable[[], str] | ApplicationLimit] = [
        ApplicationLimit(rate, key_function=key, scope=scope, exempt_when=exempt)
        for scope, rate, key, exempt in (
            ("person", runtime.settings.limit_person, lambda: str(person()), lambda: person() is None),
            ("address", runtime.settings.limit_address, _address, lambda: person() is not None),
        )
        if rate != "none"
    ]
    if not limits:
        return
    app.after_request(_tidy)
    limiter = Limiter(
        _address,
        application_limits=limits,
        headers_enabled=True,
        strategy="moving-window",
        storage_uri=_storage(redis_url(runtime.settings)),
        storage_options={"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE},  # type: ignore[dict-item]
        in_memory_fallback_enabled=True,
        key_prefix="fieldbeat",
    )
    limiter.request_filter(lambda: request.method == "OPTIONS" or request.path.startswith(UNLIMITED))
    limiter.init_app(app)


def _storage(url: str) -> str:
    return f"redis+{url}" if url.startswith("unix:") else url


def _address() -> str:
    return request.remote_addr or "?"


def _tidy(response: Response) -> Response:
    """Say when to come back only to whom it was refused: a program might wait without need."""
    if response.status_code not in (429, 503):
        response.headers.pop("Retry-After", None)
    return response
