import pytest

from api.guarding import GUARDS as ALL
from api.guarding import Guarded

GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/v1/openapi.json", "/v1/zones", "/health/live", "/metrics", "/nothing"]
)
def test_every_answer_is_guarded(plain, path):
    response = plain.get(path)
    assert {name: response.headers[name] for name in GUARDS} == GUARDS
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_documents_carry_nothing_that_may_run(plain_door):
    assert plain_door.get("manager", "/v1/me").headers["Content-Security-Policy"].startswith("default-src 'none';")


def test_what_an_answer_says_by_itself_stays():
    def answer(_environ, start):
        start("200 OK", [("cache-control", "max-age=60"), ("X-Frame-Options", "SAMEORIGIN")])
        return [b""]

    told = []
    Guarded(answer)({}, lambda _status, headers: told.extend(headers))
    names = [name.lower() for name, _ in told]
    assert len(names) == len(set(names)) == len(ALL)
    assert ("cache-control", "max-age=60") in told
    assert ("X-Frame-Options", "SAMEORIGIN") in told
