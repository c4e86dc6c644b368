"""What operators see of each request: one log line, one sample of its duration; and the headers that guard each answer."""

import structlog
from flask import Flask, Response

from api import transactions
from kernel.metrics import REQUEST_SECONDS

SIGNING = "/sign/"
log = structlog.get_logger("api.access")

API_POLICY = "default-src 'none'; frame-ancestors 'none'"
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


def register(app: Flask) -> None:
    """Watch every request of an application. The functions after a request run in the reverse order."""
    app.before_request(transactions.begin_request)
    app.after_request(_observe)
    app.after_request(_guard)
    app.after_request(transactions.answer_conditionally)
    app.after_request(transactions.note_use)
    app.teardown_request(transactions.end_request)


def _guard(response: Response) -> Response:
    for name, value in GUARDS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", API_POLICY)
    # Documents are somebody's; only what the docs page is made of says otherwise.
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-ID"] = transactions.request_id()
    return response


def _observe(response: Response) -> Response:
    facts = transactions.request_facts()
    seconds = facts.took.total_seconds()
    REQUEST_SECONDS.labels(method=facts.method, route=facts.route, status=str(response.status_code)).observe(seconds)
    log.info(
        "request",
        method=facts.method,
        route=facts.route,
        # The address of a page to sign is a secret.
        path=facts.route if facts.route.startswith(SIGNING) else facts.path,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        bytes=response.content_length,
        remote=facts.remote,
    )
    return response
