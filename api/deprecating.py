"""Operations that should not be used any more: said in the description, and in every answer (RFC 9745, RFC 8594)."""

import functools
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeVar

from flask import Response, after_this_request
from werkzeug.http import http_date

from api.blueprints import Blueprint

View = TypeVar("View", bound=Callable[..., Any])
NOTICE = timedelta(days=180)
"""How long an operation still works after it was said that it will go away (docs/api.md)."""


class Deprecation(NamedTuple):
    """Since which day an operation is deprecated, on which day (UTC) it goes away, and the address of what to use instead."""

    since: date
    sunset: date
    instead: str

    def headers(self) -> dict[str, str]:
        """Return what every answer of the operation says of it."""
        return {
            "Deprecation": f"@{int(_midnight(self.since).timestamp())}",
            "Sunset": http_date(_midnight(self.sunset)),
            "Link": f'<{self.instead}>; rel="successor-version"',
        }

    def sentence(self) -> str:
        """Return what the description says of it."""
        return f"Deprecated since {self.since}; goes away on {self.sunset}. Use `{self.instead}` instead."


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def deprecated(*, since: date, sunset: date, instead: str) -> Callable[[View], View]:
    """Mark an operation that will go away. Raises ValueError when it would sooner than the policy allows."""
    if sunset - since < NOTICE:
        raise ValueError(f"an operation works for {NOTICE.days} days at least after it is deprecated")
    told = Deprecation(since, sunset, instead)
    describe = Blueprint.doc(**{"x-deprecation": told.sentence()})

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(*arguments: Any, **options: Any) -> Any:
            after_this_request(functools.partial(_tell, told))
            return view(*arguments, **options)

        marked: View = describe(answer)  # type: ignore[assignment]
        return marked

    return decorate


def _tell(told: Deprecation, response: Response) -> Response:
    for name, value in told.headers().items():
        response.headers.add(name, value)
    return response
