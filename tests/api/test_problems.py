from pathlib import Path

import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs
from werkzeug.exceptions import HTTPException, ServiceUnavailable, TooManyRequests

from api import problems
from api.app import gather_errors
from kernel import errors
from kernel.errors import CATALOGUE, Kind
from tests.api.world import problem, wrong_fields

ROOT = Path(__file__).parents[2]
LOGIN = "/v1/login"


def test_each_refusal_of_http_itself_has_the_one_shape(plain_door):
    too_large = b'{"login": "' + b"x" * (5 * 1024 * 1024) + b'"}'
    found = {
        "no such address": plain_door.get("manager", "/v1/nothing"),
        "no such method": plain_door("manager", "DELETE", "/v1/zones"),
        "no token": plain_door.get(None, "/v1/zones"),
        "a wrong token": plain_door.get(None, "/v1/zones", headers={"Authorization": "Bearer wrong"}),
        "another scheme": plain_door.get(None, "/v1/zones", headers={"Authorization": "Basic eDp5"}),
        "no JSON": plain_door.post(None, LOGIN, data="{", content_type="application/json"),
        "not UTF-8": plain_door.post(None, LOGIN, data=b'{"login": "\xff"}', content_type="application/json"),
        "half a character": plain_door.post(None, LOGIN, data='{"login": "\\ud800"}', content_type="application/json"),
        "another type": plain_door.post(None, LOGIN, data="login=x", content_type="application/x-www-form-urlencoded"),
        "no type": plain_door.post(None, LOGIN, data="x"),
        "too large": plain_door.post(None, LOGIN, data=too_large, content_type="application/json"),
        "no body": plain_door.post(None, LOGIN),
        "an id that is none": plain_door.get("manager", "/v1/zones/7"),
    }
    assert {case: problem(response) for case, response in found.items()} == {
        "no such address": (404, "not-found"),
        "no such method": (405, "method-not-allowed"),
        "no token": (401, "token-invalid"),
        "a wrong token": (401, "token-invalid"),
        "another scheme": (401, "token-invalid"),
        "no JSON": (400, "malformed"),
        "not UTF-8": (400, "malformed"),
        "half a character": (400, "malformed"),
        "another type": (415, "unsupported-media"),
        "no type": (415, "unsupported-media"),
        "too large": (413, "too-large"),
        "no body": (400, "malformed"),
        "an id that is none": (404, "not-found"),
    }


def test_headers_that_belong_to_a_refusal_are_kept(plain_door):
    assert set(plain_door("manager", "DELETE", "/v1/zones").headers["Allow"].split(", ")) == {
        "GET",
        "HEAD",
        "OPTIONS",
        "POST",
    }
    assert plain_door.get(None, "/v1/zones").headers["WWW-Authenticate"] == 'Bearer realm="fieldbeat"'


@pytest.mark.parametrize(
    ("error", "code"), [(ServiceUnavailable, "unavailable"), (TooManyRequests, "too-many-requests")]
)
def test_a_refusal_says_when_to_come_back(failing, error, code):
    response = failing(error(retry_after=7))
    assert (problem(response)[1], response.headers["Retry-After"], response.json["retryable"]) == (code, "7", True)


@pytest.fixture
def failing(plain_app):
    """Answer a request whose view raises this error, as the application would."""

    def answer(error: Exception):
        with plain_app.test_request_context("/failing"):
            plain_app.preprocess_request()
            return plain_app.process_response(plain_app.make_response(plain_app.handle_user_exception(error)))

    return answer


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("SELECT secret", {}, Exception("password=x")), (503, "unavailable")),
        (PoolTimeout("QueuePool limit"), (503, "unavailable")),
        (IntegrityError("INSERT secret", {}, Exception("password=x")), (409, "collision")),
        (DataError("INSERT secret", {}, Exception("password=x")), (422, "invalid")),
        (RuntimeError("password=x"), (500, "internal")),
        (KeyError("password=x"), (500, "internal")),
    ],
)
def test_a_failure_shows_nothing_of_the_inside(failing, error, expected):
    response = failing(error)
    assert problem(response) == expected
    assert not any(
        word in response.get_data(as_text=True) for word in ("secret", "password", "SELECT", "Traceback", "Pool")
    )


def test_a_failure_is_logged_with_its_trace(failing):
    with capture_logs() as lines:
        response = failing(RuntimeError("the moon is full"))
    (line,) = [line for line in lines if line["event"] == "request failed"]
    assert (line["log_level"], str(line["exc_info"])) == ("error", "the moon is full")
    assert response.json["trace"] == response.headers["X-Request-ID"]


def test_a_busy_database_may_be_asked_again(failing):
    response = failing(OperationalError("x", {}, Exception()))
    assert (response.headers["Retry-After"], response.json["retryable"]) == ("1", True)


@pytest.mark.parametrize("status", [402, 407, 418, 424, 428, 451, 501, 505])
def test_a_status_that_nobody_foresaw_has_the_shape_too(failing, status):
    class Unforeseen(HTTPException):
        code = status

    assert problem(failing(Unforeseen())) == (status, f"http-{status}")


def test_a_redirect_is_not_made_a_problem(plain):
    assert plain.get("/docs/").status_code == 308


@pytest.mark.parametrize(
    ("wanted", "language", "title"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN", "部分字段无效。"),
        ("zh-TW", "zh-CN", "部分字段无效。"),
        ("en-GB,en;q=0.9", "en", "Some fields are not valid."),
        ("en;q=0.5,zh-CN;q=0.4", "en", "Some fields are not valid."),
        ("fr", "en", "Some fields are not valid."),
        (None, "en", "Some fields are not valid."),
    ],
)
def test_the_caller_chooses_the_language(plain, wanted, language, title):
    headers = {} if wanted is None else {"Accept-Language": wanted}
    response = plain.post(LOGIN, json={}, headers=headers)
    assert (response.headers["Content-Language"], response.json["title"]) == (language, title)
    assert "Accept-Language" in response.headers["Vary"]


def test_wrong_fields_are_named_in_the_callers_language(plain):
    chinese = plain.post(LOGIN, json={"x": 1}, headers={"Accept-Language": "zh-CN"})
    assert {one["path"]: one["detail"] for one in chinese.json["errors"]}["/x"] == "未知字段。"
    assert wrong_fields(plain.post(LOGIN, json={"x": 1})) == {
        "/login": "required",
        "/password": "required",
        "/x": "unknown",
    }


def test_members_that_an_error_adds_cannot_hide_the_standard_ones():
    added = {"status": 200, "code": "fine", "trace": "none", "limit": 500}
    body = problems.of_domain(errors.TOO_LARGE(**added)).body(language="en", trace="t-1")
    assert (body["status"], body["code"], body["trace"], body["limit"]) == (413, "too-large", "t-1", 500)


def test_every_kind_of_error_has_its_status():
    for kind in Kind:
        entry = next((one for one in CATALOGUE.values() if one.kind is kind), None)
        if entry is not None:
            assert problems.of_domain(entry()).text.status == kind.value


def test_the_reference_lists_every_code_and_is_fresh():
    gather_errors()
    text = problems.reference()
    assert all(f"\n| `{code}` | " in text for code in [*CATALOGUE, "internal", "method-not-allowed", "collision"])
    assert (ROOT / "docs/errors.md").read_text("utf-8") == text, "write it anew: fieldbeat errors -o docs/errors.md"
