import io

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from api import auth
from kernel.errors import DomainError
from tests.api.world import problem

OPEN = {
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("POST", "/v1/login"),
    ("POST", "/v1/login/second-factor"),
    ("POST", "/v1/refresh"),
    ("GET", "/v1/session/oidc"),
    ("POST", "/v1/session/oidc"),
    ("GET", "/v1/session/oidc/<string:provider>"),
    ("GET", "/v1/session/oidc/<string:provider>/callback"),
    ("GET", "/v1/session/oidc/<string:provider>/logout"),
    ("POST", "/v1/public/service-requests"),
    ("POST", "/v1/devices/enrol"),
    ("GET", "/v1/verify/<string:code>"),
    ("GET", "/v1/calendars/<string:token>.ics"),
}
PAGES = {"/", "/docs", "/docs/", "/docs/errors", "/_docs/<path:filename>", "/v1/openapi.json"}
PAGES |= {"/verify", "/verify/<string:code>", "/sign/<string:token>"}


def operations(app):
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, rule.rule


def address(rule: str) -> str:
    key = "01930000-0000-7000-8000-000000000000"
    while "<" in rule:
        begin, end = rule.index("<"), rule.index(">") + 1
        rule = rule[:begin] + ("1" if rule[begin:].startswith("<int") else key) + rule[end:]
    return rule


def test_without_a_token_nothing_opens_but_what_is_listed(plain_app):
    client = plain_app.test_client()
    answered = {}
    for method, rule in operations(plain_app):
        if rule not in PAGES and (method, rule) not in OPEN:
            response = client.open(address(rule), method=method)
            answered[method, rule] = problem(response)
            assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert len(answered) > 50
    assert set(answered.values()) == {(401, "token-invalid")}, answered


def test_a_token_that_nobody_was_given_opens_nothing(plain_app):
    client = plain_app.test_client()
    for method, rule in operations(plain_app):
        if method == "GET" and rule not in PAGES and (method, rule) not in OPEN:
            for token in ("x", "a" * 5000, "涟水".encode().decode("latin-1")):
                response = client.get(address(rule), headers={"Authorization": f"Bearer {token}"})
                assert response.status_code in (401, 422), (rule, response.status_code)


class Untouched(io.BytesIO):
    """A body of which no byte may be asked for."""

    def read(self, *_size):
        raise AssertionError("the body was read")

    readinto = readline = readlines = read1 = read


FILES = (
    "/checklist-templates/import?format=xlsform",
    "/checklist-templates/import?format=json",
    "/technicians/import",
    "/rosters/import?station_id=01930000-0000-7000-8000-000000000000",
    "/assets/import",
    "/imports?kind=requests",
    "/service-requests/mail",
    "/checklist-pictures",
)
"""What takes a file of a person."""


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer fba_nobody"}, {"Authorization": "Bearer fb_nobody"}])
def test_no_byte_of_a_file_is_read_before_its_sender_is_known(plain_app, path, headers):
    """Whatever is sent, and however much of it, is neither kept nor parsed: it may as well be garbage."""
    body = {"wsgi.input": Untouched(), "CONTENT_LENGTH": "4000", "CONTENT_TYPE": "application/octet-stream"}
    answer = plain_app.test_client().post(f"/v1{path}", headers=headers, environ_overrides=body)
    assert problem(answer) == (401, "token-invalid")


def test_a_device_that_signs_in_is_no_person_and_a_person_is_no_device(door):
    registered = door.post("technician", "/v1/devices", {"install_id": "phone-1", "platform": "android"})
    assert registered.status_code == 201, registered.text
    device = {"Authorization": f"Bearer {registered.json['token']}"}
    assert door.get(None, "/v1/me", headers=device).status_code == 401
    assert door.get(None, "/v1/sync/limits", headers=device).status_code == 200
    assert door.get("technician", "/v1/sync/limits").status_code == 401


@pytest.mark.parametrize(
    ("scheme", "token"), [(None, None), ("basic", "x"), ("bearer", None), ("bearer", ""), ("bearer", "é")]
)
def test_what_is_no_bearer_token_is_refused(scheme, token):
    with pytest.raises(DomainError) as caught:
        auth.token_of(scheme, token)
    assert caught.value.code == "token-invalid"


def test_the_log_says_who_it_was_and_never_the_token(plain_door):
    with capture_logs(processors=[merge_contextvars]) as lines:
        plain_door.get("manager", "/v1/me")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["user_id"] == str(plain_door.world.people["manager"])
    assert plain_door.world.tokens["manager"] not in str(lines)


def test_the_log_says_which_phone_it_was(door):
    phone = door.post("technician", "/v1/devices", {"install_id": "phone-1"}).json
    with capture_logs(processors=[merge_contextvars]) as lines:
        door.get(None, "/v1/sync/head", headers={"Authorization": f"Bearer {phone['token']}"})
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["device_id"] == phone["device_id"]
    assert line["user_id"] == str(door.world.people["technician"])
