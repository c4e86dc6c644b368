from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from api import transactions
from api.app import create_app
from api.app import make_runtime as web_runtime
from dispatch.territory import service as territory
from kernel.actor import Level, system_actor
from kernel.identifiers import parse_id
from tests.api.conftest import make_runtime
from tests.api.world import Door, problem


@pytest.mark.parametrize("given", ["req-12345678", "a" * 64, "A1.b2_c3-d4"])
def test_a_sane_request_id_is_the_callers_own(plain, given):
    response = plain.get("/health/live", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "with blank", "<script>x</script>", "é" * 10])
def test_any_other_is_replaced(plain, given):
    response = plain.get("/health/live", headers={"X-Request-ID": given})
    minted = response.headers["X-Request-ID"]
    assert minted != given
    assert len(minted) == 32
    assert set(minted) <= set("0123456789abcdef")


def test_a_view_that_raises_leaves_nothing_behind(door, runtime):
    taken = {"login": "manager", "name": "重复", "region_id": str(door.world.places["near"].region_id)}
    before = _users(runtime)
    assert door.post("operations", "/v1/users", taken).status_code == 409
    assert _users(runtime) == before


def test_what_was_answered_is_committed(door, runtime):
    new = {"login": "new", "name": "新人", "region_id": str(door.world.places["near"].region_id)}
    before = _users(runtime)
    made = door.post("operations", "/v1/users", new)
    assert made.status_code == 201
    assert parse_id(made.json["id"])
    assert _users(runtime) == before + 1


def _users(runtime):
    with runtime.session() as session:
        return session.execute(text("SELECT count(*) FROM users")).scalar_one()


def test_who_waits_too_long_for_a_lock_may_come_again(settings, world, clock):
    impatient = make_runtime(replace(settings, lock_timeout_ms=150), clock)
    holder = make_runtime(settings, clock)
    zone = world.places["near"].zone_id
    with holder.unit_of_work(system_actor()) as uow:
        territory.rename(uow, level=Level.ZONE, place_id=zone, name="甲")
        refused = Door(create_app(impatient), world).patch("manager", f"/v1/zones/{zone}", {"name": "乙"})
    assert (problem(refused), refused.json["retryable"]) == ((503, "unavailable"), True)
    assert refused.headers["Retry-After"] == "1"
    again = Door(create_app(impatient), world).patch("manager", f"/v1/zones/{zone}", {"name": "丙"})
    assert (again.status_code, again.json["name"]) == (200, "丙")
    impatient.close()
    holder.close()


def test_what_takes_the_database_too_long_is_ended_and_may_come_again(settings, app):
    if not settings.database_url.startswith("postgresql"):
        pytest.skip("an SQLite is on the same machine, and has nothing that ends a statement")
    hasty = web_runtime(replace(settings, statement_seconds=1))
    with pytest.raises(OperationalError) as met, hasty.reading(system_actor()) as reading:
        reading.session.execute(text("SELECT pg_sleep(20)"))
    with app.test_request_context():
        transactions.begin_request()
        assert app.handle_user_exception(met.value).status_code == 503
    with hasty.session() as session:
        assert session.scalar(text("SELECT 1")) == 1, "the connection is as good as before"
    hasty.close()


def test_a_token_that_was_signed_out_is_refused_in_the_same_moment(door):
    assert door.post("agent", "/v1/logout").status_code == 204
    assert door.get("agent", "/v1/me").status_code == 401


def test_a_token_ends_when_its_time_is_over(door, clock):
    assert door.get("agent", "/v1/me").status_code == 200
    clock.at += timedelta(hours=1)
    assert door.get("agent", "/v1/me").status_code == 401


def test_the_link_leads_to_the_next_page_with_the_same_filters(door):
    first = door.get("administrator", "/v1/zones?limit=2&with_retired=true")
    link = first.headers["Link"]
    assert link.endswith('>; rel="next"')
    address = link[1 : link.index(">")]
    assert address.startswith("/v1/zones?")
    assert "with_retired=true" in address
    second = door.get("administrator", address)
    assert {one["id"] for one in first.json["items"]}.isdisjoint(one["id"] for one in second.json["items"])
    assert door.get("administrator", "/v1/zones").headers.get("Link") is None


def test_a_tag_that_the_caller_has_saves_the_body(door):
    path = f"/v1/zones/{door.world.places['near'].zone_id}"
    tag = door.get("manager", path).headers["ETag"]
    again = door.get("manager", path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    other = door.get("manager", path, headers={"If-None-Match": '"1-0000000000000000"'})
    assert other.status_code == 200


def test_a_tag_says_nothing_to_who_may_not_see_the_thing(door):
    path = f"/v1/zones/{door.world.places['near'].zone_id}"
    tag = door.get("manager", path).headers["ETag"]
    assert door.get("operations_abroad", path, headers={"If-None-Match": tag}).status_code == 404
    assert door.get("operations_abroad", path, headers={"If-None-Match": "*"}).status_code == 404


def test_nothing_of_a_request_stays_for_the_next_one_of_the_thread(door):
    door.get("manager", "/v1/me")
    assert structlog.contextvars.get_contextvars() == {}
