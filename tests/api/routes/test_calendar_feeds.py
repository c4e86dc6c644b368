"""Calendars as a phone meets them: subscribed to by a secret address, asked for again and again."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import vobject  # type: ignore[import-untyped]
from sqlalchemy import text

from api.app import create_app
from dispatch.accounts import service as accounts
from kernel.actor import Level, Role, system_actor
from tests.api.world import Door, problem
from tests.conftest import NOW


def subscribe(door, who="technician"):
    made = door.post(who, "/v1/me/calendar")
    assert made.status_code == 201, made.text
    return made.json["url"][made.json["url"].index("/v1/") :]


def command(door, order, name, who="technician", **data):
    body = {"command_id": str(uuid4()), "command": name, "data": data}
    answer = door.post(who, f"/v1/work-orders/{door.world.orders[order]}/commands", body)
    assert answer.status_code == 200, answer.text


def agree(door, hours=24, **more):
    start = NOW + timedelta(hours=hours)
    window = {"window_start_at": start.isoformat(), "window_end_at": (start + timedelta(hours=2)).isoformat()}
    command(door, "near", "schedule", **window, **more)


def events(door, path):
    answer = door.get(None, path)
    assert answer.status_code == 200, answer.text
    return {one.uid.value: one for one in vobject.readOne(answer.text).contents.get("vevent", [])}


def test_appointments_come_and_go_on_a_phone(door):
    path = subscribe(door)
    assert door.get("technician", "/v1/me/calendar").json == {"created_at": "2026-11-22T01:00:00.000Z"}
    assert events(door, path) == {}
    command(door, "near", "accept")
    agree(door)
    ((first, event),) = events(door, path).items()
    assert (event.dtstart.value, event.status.value) == (NOW + timedelta(hours=24), "CONFIRMED")
    assert (event.summary.value.split()[0], event.location.value) == ("有线电视故障", "涟城一片区")
    agree(door, hours=30, reason="customer_asked")
    both = events(door, path)
    assert [both[first].status.value, both[first].sequence.value] == ["CANCELLED", "1"]
    ((second, event),) = ((key, one) for key, one in both.items() if key != first)
    assert event.dtstart.value == NOW + timedelta(hours=30)
    command(door, "near", "cancel", "agent", reason="other")
    assert {one.status.value for one in events(door, path).values()} == {"CANCELLED"}
    assert set(events(door, path)) == {first, second}


def test_it_tells_nothing_of_customers_and_nothing_of_others(door):
    path, other = subscribe(door), subscribe(door, "technician_next_zone")
    command(door, "near", "accept")
    agree(door, agreed_with="赵秀英", note="门禁 4711")
    told = door.get(None, path).text
    assert told.count("BEGIN:VEVENT") == 1
    for secret in ("客户", "1000000", "红旗路", "无信号", "赵秀英", "4711"):
        assert secret not in told
    assert events(door, other) == {}


def test_who_works_in_a_crew_has_its_visits_too(door):
    path = subscribe(door, "technician_next_zone")
    command(door, "near", "accept")
    agree(door)
    crew = f"/v1/work-orders/{door.world.orders['near']}/crew"
    added = door.post(
        "leader", crew, {"command_id": str(uuid4()), "user_ids": [str(door.world.people["technician_next_zone"])]}
    )
    assert added.status_code < 300, added.text
    assert len(events(door, path)) == 1


def test_who_has_it_already_gets_nothing_again_until_something_changes(door):
    path = subscribe(door)
    command(door, "near", "accept")
    agree(door)
    got = door.get(None, path)
    assert got.content_type == "text/calendar; charset=utf-8"
    assert (got.headers["Cache-Control"], got.text.count("BEGIN:VEVENT")) == ("private, no-cache", 1)
    tag = {"If-None-Match": got.headers["ETag"]}
    known = door.get(None, path, headers=tag)
    assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", got.headers["ETag"])
    command(door, "near", "hold", reason="other", until=(NOW + timedelta(hours=1)).isoformat())
    assert door.get(None, path, headers=tag).status_code == 304, "an order on hold keeps its window"
    command(door, "near", "resume")
    agree(door, hours=48)
    assert door.get(None, path, headers=tag).status_code == 200


def test_an_address_ends_when_it_is_replaced_revoked_or_its_person_is_no_technician(door, runtime):
    first = subscribe(door)
    second = subscribe(door)
    assert problem(door.get(None, first)) == (404, "calendar_feed.unknown")
    assert door.get(None, second).status_code == 200
    assert door("technician", "DELETE", "/v1/me/calendar").status_code == 204
    assert problem(door.get(None, second)) == (404, "calendar_feed.unknown")
    assert problem(door.get("technician", "/v1/me/calendar")) == (404, "calendar_feed.unknown")

    user_id = door.world.people["technician"]
    third = subscribe(door)
    assert problem(door("leader", "DELETE", f"/v1/users/{user_id}/calendar"))[0] == 403
    assert door("operations", "DELETE", f"/v1/users/{user_id}/calendar").status_code == 204
    assert door.get(None, third).status_code == 404

    fourth = subscribe(door)
    with runtime.unit_of_work(system_actor()) as uow:
        group_id = door.world.places["near"].group_id
        accounts.end_roles(uow, user_id=user_id, role=Role.TECHNICIAN, level=Level.GROUP, place_id=group_id)
    assert problem(door.get(None, fourth)) == (404, "calendar_feed.unknown")
    assert problem(door.post("technician", "/v1/me/calendar")) == (403, "calendar_feed.not_a_technician")


def test_a_closed_account_ends_it_for_good(door):
    path, user = subscribe(door), f"/v1/users/{door.world.people['technician']}"
    for active in (False, True):
        assert door.patch("operations", user, {"active": active}).status_code == 200
        assert problem(door.get(None, path)) == (404, "calendar_feed.unknown")


def test_only_a_digest_is_kept(door, runtime):
    token = subscribe(door).removeprefix("/v1/calendars/").removesuffix(".ics")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    with runtime.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM calendar_feeds")).all()
        kept = [*rows, *connection.execute(text("SELECT * FROM audit_entries")).all()]
    assert len(rows) == 1
    assert token not in repr(kept)


@pytest.mark.parametrize("furnished", ["sqlite"], indirect=True)
def test_an_address_is_fetched_so_often_and_others_are_not_hindered(runtime, world):
    runtime.settings = replace(runtime.settings, limit_calendar="2 per hour")
    door = Door(create_app(runtime), world)
    path, other = subscribe(door), subscribe(door, "technician_next_zone")
    assert [door.get(None, path).status_code for _ in range(3)] == [200, 200, 429]
    refused = door.get(None, path)
    assert problem(refused) == (429, "too-many-requests")
    assert int(refused.headers["Retry-After"]) > 60
    assert door.get(None, other).status_code == 200
    assert door.get("technician", "/v1/me/calendar").status_code == 200
