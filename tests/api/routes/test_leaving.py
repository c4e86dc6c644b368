"""Somebody leaves: their account is closed, and everything by which they got in, or were reached, ends at once and for good."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from dispatch.notifications import managing
from dispatch.notifications.addresses import Address
from dispatch.notifications.kinds import Owner
from dispatch.single_sign_on.models import ProviderCode
from kernel.actor import system_actor
from kernel.bulk import insert_rows
from kernel.database import Base
from sync.devices.leaving import REASON
from tests import factories
from tests.api.routes.test_second_factor import enrol, sign_in, with_code
from tests.api.world import problem
from tests.factories import app_code

SINGLE_USE = (
    *("second_factors", "recovery_codes", "login_sessions", "login_challenges", "calendar_feeds"),
    *("device_enrolments", "provider_codes", "quiet_times"),
)
"""Tables with what opens something or reaches somebody, by the person's id."""


def kept(runtime, user_id):
    """Return those of these tables in which something of a person is."""
    tables, whose = Base.metadata.tables, {"second_factors": "id", "notification_channels": "owner_id"}
    columns = {name: tables[name].c[whose.get(name, "user_id")] for name in (*SINGLE_USE, "notification_channels")}
    with runtime.session() as session:
        return {name for name, one in columns.items() if session.execute(select(one).where(one == user_id)).first()}


@pytest.fixture
def zhang(door, runtime, clock):
    """The technician `near`, with every kind of way in, all of them open."""
    user_id = door.world.people["technician"]
    ways = {"user": f"/v1/users/{user_id}", "id": user_id}
    ways["secret"], ways["codes"] = enrol(door, "technician", clock)
    ways["login"] = door.get("operations", ways["user"]).json["login"]
    ways["challenge"] = sign_in(door, ways["login"]).json["challenge"]
    signed = with_code(door, ways["login"], ways["codes"].pop())
    ways["token"], ways["refresh"] = signed.json["token"], signed.json["refresh_token"]
    door.world.tokens["technician"] = ways["token"]
    key = {"name": "mine", "scopes": ["work-orders:read"]}
    ways["key"] = door.post("technician", "/v1/keys", key).json["key"]
    ways["calendar"] = door.post("technician", "/v1/me/calendar").json["url"]
    phone = door.post("technician", "/v1/devices", {"install_id": "phone-1"}).json
    ways["phone"], ways["device_id"] = phone["token"], phone["device_id"]
    ways["code"] = door.post("manager", "/v1/devices/enrolments", {"user_id": str(user_id), "minutes": 10}).json["code"]
    assert door(
        "technician", "PUT", "/v1/quiet-hours", json={"quiet_from": "22:00", "quiet_to": "06:00"}
    ).status_code in (200, 204)
    with runtime.unit_of_work(system_actor()) as uow:
        managing.add_channel(
            factories.acting(uow, user_id),
            owner=Owner.PERSON,
            owner_id=user_id,
            name="mine",
            url="jsons://example.com/x",
            address=Address("jsons", "example.com"),
        )
        code = {"digest": b"x" * 32, "user_id": user_id, "provider": "company", "challenge": "x" * 43}
        insert_rows(uow.session, ProviderCode, [code | {"expires_at": uow.now}])
    return ways


def bearer(token):
    return {"headers": {"Authorization": f"Bearer {token}"}}


def opened(door, ways, clock):
    """Return what each way in is answered with."""
    challenge = {"challenge": ways["challenge"], "code": app_code(ways["secret"], clock.at)}
    return {
        "session": door.get(None, "/v1/me", **bearer(ways["token"])).status_code,
        "refresh": door.post(None, "/v1/refresh", {"refresh_token": ways["refresh"]}).status_code,
        "password": sign_in(door, ways["login"]).status_code,
        "challenge": door.post(None, "/v1/login/second-factor", challenge).status_code,
        "key": door.get(None, "/v1/work-orders", **bearer(ways["key"])).status_code,
        "calendar": door.get(None, ways["calendar"][ways["calendar"].index("/v1/") :]).status_code,
        "pull": door.get(None, "/v1/sync/pull", **bearer(ways["phone"])).status_code,
        "enrolment": door.post(None, "/v1/devices/enrol", {"code": ways["code"], "install_id": "x"}).status_code,
    }


OUT = {
    **dict.fromkeys(("session", "refresh", "password", "challenge", "key", "enrolment"), 401),
    "calendar": 404,
    "pull": 403,
}


def test_whoever_leaves_is_out_at_once_by_every_way_and_none_comes_back_with_the_account(door, runtime, clock, zhang):
    assert door.patch("operations", zhang["user"], {"active": False}).status_code == 200
    assert opened(door, zhang, clock) == OUT
    assert door.patch("operations", zhang["user"], {"active": True}).status_code == 200
    assert opened(door, zhang, clock) == OUT
    assert (
        door("operations", "PUT", f"{zhang['user']}/password", json={"password": factories.PASSWORD}).status_code == 204
    )
    # With a new password it is as it was in the beginning: roles, and no second factor.
    assert sign_in(door, zhang["login"]).status_code == 201


def test_before_they_leave_each_of_these_ways_is_open(door, clock, zhang):
    answers = opened(door, zhang, clock)
    assert {name for name, status in answers.items() if status >= 400} == set(), answers


def test_what_opened_something_or_reached_them_is_deleted_and_who_did_what_stays(door, runtime, clock, zhang):
    door.patch("operations", zhang["user"], {"phone": "100 0000 0009"})
    assert kept(runtime, zhang["id"]) == {*SINGLE_USE, "notification_channels"}
    assert door.patch("operations", zhang["user"], {"active": False}).status_code == 200
    assert kept(runtime, zhang["id"]) == set()
    tables = Base.metadata.tables
    with runtime.session() as session:
        users = tables["users"].c
        left = session.execute(
            select(users.name, users.login, users.password_hash, users.phone).where(users.id == zhang["id"])
        )
        assert left.one()[2:] == (None, None)
        keys = tables["api_keys"].c
        assert session.scalars(select(keys.revoked_at).where(keys.user_id == zhang["id"])).all() == [clock.at]
        told = tables["audit_entries"].c
        assert session.scalars(select(told.id).where(told.user_id == zhang["id"])).all()
    shown = door.get("operations", zhang["user"]).json
    assert (shown["name"], shown["login"]) == ("技术员 near", zhang["login"])
    assert (shown["active"], shown["phone"]) == (False, None)


def test_their_phone_is_wiped_and_may_hand_in_what_it_holds_for_somebody_to_look_at(door, clock, zhang):
    door.patch("operations", zhang["user"], {"active": False})
    refused = door.get(None, "/v1/sync/pull", **bearer(zhang["phone"]))
    assert (problem(refused), refused.json["wipe"]) == ((403, "device-revoked"), True)
    op = {
        "id": str(uuid4()),
        "seq": 1,
        "type": "note.add",
        "v": 1,
        "data": {"text": "done before I left"},
        "work_order_id": str(door.world.orders["near"]),
        "occurred_at": "2026-11-22T00:30:00Z",
    }
    batch = {"protocol": "fsync/1", "device_id": zhang["device_id"], "ops": [op]}
    pushed = door.post(None, "/v1/sync/push", batch, **bearer(zhang["phone"]))
    assert (pushed.status_code, [one["status"] for one in pushed.json["results"]]) == (200, ["quarantined"])
    (shown,) = door.get("manager", "/v1/devices").json["items"]
    assert (shown["status"], shown["revoke_reason"]) == ("revoked", REASON)
