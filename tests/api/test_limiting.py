"""How often people and addresses may ask, with Redis, without it, and when it goes away in between."""

import re
from dataclasses import replace

import pytest

from api.app import create_app
from tests.api.world import Door, problem
from tests.factories import PASSWORD


@pytest.fixture
def limited(runtime, world):
    """Make applications of this runtime with limits; each stands for a process of the web server."""

    def make(**settings):
        runtime.settings = replace(runtime.settings, **settings)
        return Door(create_app(runtime), world)

    return make


def statuses(door, who, times, path="/v1/me"):
    return [door.get(who, path).status_code for _ in range(times)]


@pytest.fixture
def database_url(furnished_sqlite, tmp_path):
    path = tmp_path / "limited.db"
    path.write_bytes(furnished_sqlite[0].read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def world(furnished_sqlite):
    return furnished_sqlite[1]


def test_a_person_is_counted_over_all_processes_and_tokens_and_others_are_not(limited):
    one = limited(limit_person="5 per minute")
    other = limited()
    assert statuses(one, "manager", 4) == [200] * 4
    # The first request of a process with a token is not known to be somebody's.
    assert statuses(other, "manager", 3) == [200, 200, 200]
    assert problem(other.get("manager", "/v1/me")) == (429, "too-many-requests")
    assert problem(one.get("manager", "/v1/me")) == (429, "too-many-requests")
    again = one.post(None, "/v1/login", {"login": "manager", "password": PASSWORD})
    one.world.tokens["manager_again"] = again.json["token"]
    assert statuses(one, "manager_again", 2) == [200, 429], "another token is no other person"
    assert statuses(one, "agent", 2) == [200, 200]


def test_what_is_left_and_when_to_come_back_is_in_the_headers(limited):
    door = limited(limit_person="2 per minute")
    door.get("manager", "/v1/me")
    answer = door.get("manager", "/v1/me")
    assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == ("2", "1")
    assert answer.headers["RateLimit-Policy"] == '"requests";q=2;w=60'
    assert re.fullmatch(r'"requests";r=1;t=([1-9]|[1-5]\d|6[01])', answer.headers["RateLimit"])
    assert "Retry-After" not in answer.headers
    door.get("manager", "/v1/me")
    refused = door.get("manager", "/v1/me")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 61


def test_an_address_without_a_good_token_is_counted_and_people_behind_it_are_not(limited):
    door = limited(limit_address="4 per minute")
    assert statuses(door, "manager", 2) == [200, 200]
    wrong = {"Authorization": "Bearer nonsense"}
    assert [door.get(None, "/v1/me", headers=wrong).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert statuses(door, "manager", 5) == [200] * 5
    assert problem(door.post(None, "/v1/login", {"login": "manager", "password": PASSWORD})) == (
        429,
        "too-many-requests",
    )
    assert door.get(None, "/health/live").status_code != 429


def test_a_token_that_was_revoked_uses_up_nobodys_limit(limited):
    door = limited(limit_person="3 per minute")
    other = door.post(None, "/v1/login", {"login": "manager", "password": PASSWORD})
    door.world.tokens["stolen"] = other.json["token"]
    assert door.get("stolen", "/v1/me").status_code == 200
    assert door.post("stolen", "/v1/logout").status_code in (200, 204)
    assert set(statuses(door, "stolen", 6)) == {401}
    assert statuses(door, "manager", 2) == [200, 200]


def test_a_key_is_counted_by_itself_over_processes_and_rotations_and_its_person_is_not(limited):
    door, other = limited(limit_key="3 per minute"), limited()
    assert statuses(door, "key", 3) == [200] * 3
    assert statuses(other, "key", 2) == [200, 200]
    assert problem(other.get("key", "/v1/me")) == (429, "too-many-requests")
    assert statuses(door, "leader", 5) == [200] * 5
    [one] = door.get("leader", "/v1/keys").json["items"]
    door.world.tokens["rotated"] = door.post("leader", f"/v1/keys/{one['id']}/rotate").json["key"]
    assert statuses(door, "rotated", 2) == [200, 429]
    made = door.post("leader", "/v1/keys", {"name": "BI", "scopes": ["fees:read"]}).json
    door.world.tokens["second"] = made["key"]
    assert statuses(door, "second", 2) == [200, 200], "another program is not held up"


def test_without_redis_each_process_counts_in_memory(limited):
    door = limited(limit_person="3 per minute", redis_url="unix:///nonexistent/none.sock")
    assert statuses(door, "manager", 5) == [200, 200, 200, 200, 429]


def test_when_redis_goes_away_requests_are_answered_and_still_counted(limited, valkey):
    door = limited(limit_person="3 per minute")
    assert statuses(door, "manager", 3) == [200, 200, 200]
    valkey.stop()
    try:
        assert statuses(door, "manager", 4) == [200, 200, 200, 429]
    finally:
        valkey.start()


def test_pages_of_others_may_use_the_api_only_where_a_setting_says_so(limited, plain_door):
    here = {"Origin": "https://console.example.org"}
    ask = here | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Idempotency-Key"}
    closed = plain_door(None, "OPTIONS", "/v1/customers", headers=ask)
    assert "Access-Control-Allow-Origin" not in closed.headers
    door = limited(cors_origins="https://console.example.org")
    asked = door(None, "OPTIONS", "/v1/customers", headers=ask)
    assert asked.headers["Access-Control-Allow-Origin"] == "https://console.example.org"
    assert asked.headers["Access-Control-Allow-Headers"].lower() == "idempotency-key"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    answer = door.get("manager", "/v1/me", headers=here)
    assert "X-Request-ID" in answer.headers["Access-Control-Expose-Headers"]
    other = door.get("manager", "/v1/me", headers={"Origin": "https://evil.example.org"})
    assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize("path", ["/v1/media", "/v1/media/01930000-0000-7000-8000-000000000001"])
def test_a_browser_may_hand_in_photos_by_tus(limited, path):
    here = {"Origin": "https://console.example.org"}
    wanted = {"authorization", "tus-resumable", "upload-length", "upload-metadata", "upload-offset", "upload-checksum"}
    door = limited(cors_origins=here["Origin"])
    ask = here | {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": ",".join(sorted(wanted))}
    asked = door(None, "OPTIONS", path, headers=ask)
    assert set(asked.headers["Access-Control-Allow-Headers"].lower().split(", ")) == wanted
    assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]
    exposed = set(asked.headers["Access-Control-Expose-Headers"].split(", "))
    assert {"Location", "Upload-Offset", "Upload-Length", "Tus-Resumable"} <= exposed
