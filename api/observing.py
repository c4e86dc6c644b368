"""What operators see of each request: one log line, one sample of its duration."""

from functools import lru_cache

import structlog
from flask import Flask, Response
from prometheus_client import Histogram

from api import transactions
from kernel.metrics import REQUEST_SECONDS

SECRET = ("/sign/", "/v1/calendars/")
"""Addresses that are secrets: who knows one needs nothing else."""
log = structlog.get_logger("api.access")


def register(app: Flask) -> None:
    """Watch every request of an application. The functions after a request run in the reverse order."""
    app.before_request(transactions.begin_request)
    app.after_request(_observe)
    app.after_request(_name)
    app.after_request(transactions.answer_conditionally)
    app.after_request(transactions.note_use)
    app.teardown_request(transactions.end_request)


def _name(response: Response) -> Response:
    response.headers["X-Request-ID"] = transactions.request_id()
    return response


@lru_cache(maxsize=4096)
def _timer(method: str, route: str, status: int) -> Histogram:
    """Return the timer of an operation's answers."""
    return REQUEST_SECONDS.labels(method=method, route=route, status=str(status))


def _observe(response: Response) -> Response:
    facts = transactions.request_facts()
    seconds = facts.took.total_seconds()
    _timer(facts.method, facts.route, response.status_code).observe(seconds)
    log.info(
        "request",
        method=facts.method,
        route=facts.route,
        path=facts.route if facts.path.startswith(SECRET) else facts.path,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        bytes=response.content_length,
        remote=facts.remote,
    )
    return response
