"""Every refusal and every failure in one shape: problem+json (RFC 9457), in the caller's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from api import transactions
from api.errors import COLLISION
from api.field_problems import CHINESE
from kernel import errors
from kernel.errors import CATALOGUE, DomainError, ErrorCode, FieldProblem, Kind

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
REFERENCE = "/docs/errors"


@dataclass(frozen=True, slots=True)
class Text:
    """A code with its status, where no kind of domain error has that status."""

    status: int
    code: str
    title: str
    title_zh: str
    retryable: bool = False


OF_HTTP: Mapping[int, Text] = {
    text.status: text
    for text in (
        Text(405, "method-not-allowed", "This address does not take this method.", "该地址不支持此方法。"),
        Text(406, "not-acceptable", "There is no answer in a form that you accept.", "无法以可接受的格式响应。"),
        Text(408, "timeout", "The request took too long to arrive.", "请求传输超时。", retryable=True),
        Text(414, "address-too-long", "The address is too long.", "地址过长。"),
        Text(416, "range-not-satisfiable", "There is no such range.", "范围无效。"),
        Text(431, "headers-too-large", "The headers are too large.", "请求头过大。"),
        Text(500, "internal", "Something went wrong on our side; it was logged.", "服务器内部错误，已记录。"),
    )
}
"""What HTTP itself refuses and no slice does."""

_BY_STATUS: Mapping[int, ErrorCode] = {
    entry.kind.value: entry
    for entry in (
        errors.MALFORMED,
        errors.TOKEN_INVALID,
        errors.FORBIDDEN,
        errors.NOT_FOUND,
        COLLISION,
        errors.STALE,
        errors.TOO_LARGE,
        errors.UNSUPPORTED,
        errors.INVALID,
        errors.TOO_MANY,
        errors.UNAVAILABLE,
    )
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal, ready to be written."""

    text: Text
    detail: str = ""
    fields: tuple[FieldProblem, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, *, language: str, trace: str) -> dict[str, Any]:
        """Return the members of the problem; what a domain error adds cannot hide the standard ones."""
        title = self.text.title_zh if language == "zh-CN" else self.text.title
        members: dict[str, Any] = {
            **self.extra,
            "type": f"{REFERENCE}#{self.text.code}",
            "title": title,
            "status": self.text.status,
            "code": self.text.code,
            "retryable": self.text.retryable,
            "detail": self.detail or title,
            "trace": trace,
        }
        if self.fields:
            members["errors"] = [_field(one, language) for one in self.fields]
        return members


def _field(problem: FieldProblem, language: str) -> dict[str, str]:
    detail = CHINESE.get(problem.code, problem.detail) if language == "zh-CN" else problem.detail
    return {"path": problem.path, "code": problem.code, "detail": detail}


def text_of(entry: ErrorCode) -> Text:
    """Return what the catalogue says of a code."""
    return Text(entry.kind.value, entry.code, entry.title, entry.title_zh, entry.retryable)


def of_domain(error: DomainError) -> Problem:
    """Return the problem of a domain error."""
    headers = {}
    if error.kind is Kind.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = 'Bearer realm="fieldbeat"'
    if error.entry.retryable and error.kind in (Kind.UNAVAILABLE, Kind.TOO_MANY):
        headers["Retry-After"] = str(error.extra.get("retry_after", 1))
    return Problem(text_of(error.entry), error.detail, error.fields, error.extra, headers)


def of_http(error: HTTPException) -> Problem:
    """Return the problem of a refusal by Flask or Werkzeug, with the headers that belong to it (Allow, Retry-After)."""
    status = error.code or 500
    entry = _BY_STATUS.get(status)
    text = OF_HTTP.get(status) or (text_of(entry) if entry else _unforeseen(status))
    headers = {name: value for name, value in error.get_headers() if name not in ("Content-Type", "Content-Length")}
    return Problem(text, headers=headers)


def _unforeseen(status: int) -> Text:
    phrase = HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else "Refused"
    return Text(status, f"http-{status}", f"{phrase}.", f"{phrase}.")


def respond(problem: Problem) -> Response:
    """Write a problem as the answer to the present request."""
    language = transactions.language()
    body = problem.body(language=language, trace=transactions.request_id())
    response = Response(
        orjson.dumps(body, default=str, option=orjson.OPT_UTC_Z), problem.text.status, dict(problem.headers)
    )
    response.content_type = MEDIA_TYPE
    response.headers["Content-Language"] = language
    response.vary.add("Accept-Language")
    return response


def register(app: Flask) -> None:
    """Make an application answer every error with a problem."""
    app.register_error_handler(DomainError, _answer_refusal)
    app.register_error_handler(HTTPException, _answer_http)
    for busy in (OperationalError, PoolTimeout):
        app.register_error_handler(busy, _answer_busy)
    app.register_error_handler(IntegrityError, _answer_race)
    app.register_error_handler(DataError, _answer_unstorable)
    app.register_error_handler(Exception, _answer_unexpected)


def _answer_refusal(error: DomainError) -> Response:
    if error.kind is Kind.FORBIDDEN:
        transactions.note_denied(error.code)
    return respond(of_domain(error))


def _answer_http(error: HTTPException) -> Response | HTTPException:
    if error.response is not None or (error.code or 500) < 400:
        return error
    return respond(of_http(error))


def _answer_busy(error: Exception) -> Response:
    log.warning("database busy or away", exc_info=error)
    return respond(of_domain(errors.UNAVAILABLE("the database is busy or does not answer")))


def _answer_race(error: IntegrityError) -> Response:
    # Services look before they write; whoever comes second in a race meets the constraint instead.
    log.warning("constraint broken", **_cause(error))
    return respond(of_domain(COLLISION()))


def _cause(error: DBAPIError) -> dict[str, Any]:
    # PostgreSQL's own words quote the value: somebody's login, or telephone number.
    diagnosis = getattr(error.orig, "diag", None)
    return {
        "cause": type(error.orig).__name__,
        "constraint": getattr(diagnosis, "constraint_name", None) or (str(error.orig) if diagnosis is None else None),
        "statement": error.statement,
    }


def _answer_unstorable(error: DataError) -> Response:
    log.warning("value not storable", **_cause(error))
    return respond(of_domain(errors.INVALID("a value cannot be stored")))


def _answer_unexpected(error: Exception) -> Response:
    log.error("request failed", exc_info=error)
    return respond(Problem(OF_HTTP[500]))


def catalogue() -> list[Text]:
    """Return every code that a caller may meet, in alphabetical order."""
    return sorted([*map(text_of, CATALOGUE.values()), *OF_HTTP.values()], key=lambda text: text.code)


def reference() -> str:
    """Write docs/errors.md."""
    return "\n".join(
        [
            "# Errors",
            "",
            "Every error is answered as `application/problem+json` (RFC 9457). Compare `code`, never `title` or `detail`:",
            "codes are stable, sentences are not, and come in English or Chinese after `Accept-Language`.",
            "",
            "| member | what it is |",
            "|---|---|",
            "| `type` | the address of this code in the list that the server itself shows |",
            "| `title`, `detail` | what it means in general, and here |",
            "| `status` | the HTTP status |",
            "| `code` | the stable string to compare |",
            "| `retryable` | whether the same request may succeed later |",
            "| `trace` | the id of the request, also in the log and in the header `X-Request-ID` |",
            "| `errors` | for single fields: `path` (a JSON pointer into the body, or `/name` in the query), `code`, `detail` |",
            "",
            "A `code` inside `errors` is one of the list below, or what is wrong with the form of the field: "
            + ", ".join(f"`{code}`" for code in sorted(CHINESE))
            + ".",
            "This page is written by `fieldbeat errors`.",
            "",
            "| code | status | retry | meaning | 含义 |",
            "|---|---|---|---|---|",
            *_rows(catalogue()),
            "",
        ]
    )


def _rows(texts: Iterable[Text]) -> Iterable[str]:
    for text in texts:
        yield f"| `{text.code}` | {text.status} | {'yes' if text.retryable else ''} | {text.title} | {text.title_zh} |"
