"""No secret is in any log, at its most talkative: what people, phones and programs send and get, in good and bad turns."""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api import transactions
from kernel import log_setup
from kernel.actor import system_actor
from kernel.settings import Settings
from tests import factories

BAD_PASSWORD = "Wr0ng-guess-of-somebody-7714"
NEW_PASSWORD = "An0ther-long-phrase-of-mine-2093"
WEAK = "password1"
ADDRESS = "http://127.0.0.1:9/services/T0PSECRETPATH"
TAIL = "77147714"
"""Of a number: long enough to be in no id by chance."""


@pytest.fixture(params=["json", "text"])
def heard(request) -> Iterator[io.StringIO]:
    """Everything that the product logs, in the form and at the level that would show the most."""
    # The same list stays in use: loggers that were used already hold it, and other tests look into it.
    processors = structlog.get_config()["processors"]
    log_setup.set_up(Settings.from_environment({"FIELDBEAT_LOG_LEVEL": "debug", "FIELDBEAT_LOG_FORMAT": request.param}))
    structlog.configure(processors=processors)
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    kept = io.StringIO()
    handler.setStream(kept)
    yield kept
    log_setup.set_up(Settings.from_environment({"FIELDBEAT_LOG_LEVEL": "error"}))
    structlog.configure(processors=processors)


def as_bearer(token):
    return {"headers": {"Authorization": f"Bearer {token}"}}


def people_sign_in(door):
    """Sign in rightly and wrongly, exchange tokens and use them up, and change passwords."""
    wrong = door.post(None, "/v1/login", {"login": "manager", "password": BAD_PASSWORD})
    made = door.post(None, "/v1/login", {"login": "manager", "password": factories.PASSWORD})
    assert (wrong.status_code, made.status_code) == (401, 201), made.text
    fresh = door.post(None, "/v1/refresh", {"refresh_token": made.json["refresh_token"]})
    door.post(None, "/v1/refresh", {"refresh_token": made.json["refresh_token"] + "x"})
    broken = door(None, "POST", "/v1/login", data=f'{{"password": "{BAD_PASSWORD}"', content_type="application/json")
    assert broken.status_code == 400
    door.post("administrator", "/v1/users", {"login": "new.one", "name": "新人", "password": WEAK})
    user = f"/v1/users/{door.world.people['nobody']}/password"
    assert door("administrator", "PUT", user, json={"password": NEW_PASSWORD}).status_code == 204
    door("manager", "PUT", "/v1/me/password", json={"password": NEW_PASSWORD, "present": BAD_PASSWORD})
    door.get(None, "/v1/me", **as_bearer(fresh.json["token"]))
    door.get(None, f"/v1/me?token={fresh.json['token']}")
    return [BAD_PASSWORD, NEW_PASSWORD, factories.PASSWORD, *(one.json[key] for one in (made, fresh) for key in TOKENS)]


def people_prove_themselves(door, clock):
    """Turn on a second factor, sign in with codes right and wrong, use one twice, renew the codes on paper, and turn it off."""
    mine, known = "/v1/me/second-factor", {"password": factories.PASSWORD}
    begun = door.post("leader", mine, known).json
    first, present, last = (factories.app_code(begun["secret"], clock.at, steps=steps) for steps in (-1, 0, 1))
    codes = door.post("leader", f"{mine}/confirm", {"code": first}).json["recovery_codes"]
    asked = door.post(None, "/v1/login", {"login": "leader", **known})
    assert asked.status_code == 202, asked.text
    waiting = {"challenge": asked.json["challenge"]}
    door.post(None, "/v1/login/second-factor", waiting | {"code": "not the code 7714"})
    made = door.post(None, "/v1/login/second-factor", waiting | {"code": present})
    assert made.status_code == 201, made.text
    door.post(None, "/v1/login/second-factor", waiting | {"code": present})
    renewed = door.post("leader", f"{mine}/recovery-codes", known | {"code": codes[0]}).json["recovery_codes"]
    assert door.post("leader", f"{mine}/turn-off", known | {"code": last}).status_code == 204
    tokens = [made.json[name] for name in TOKENS]
    return [begun["secret"], waiting["challenge"], "not the code 7714", *codes, *renewed, *tokens]


TOKENS = ("token", "refresh_token")


def phones_enrol(door):
    """Register a phone, let another one in by a code, use both tokens, and change one."""
    first = door.post("technician", "/v1/devices", {"install_id": "phone-1"}).json
    wanted = door.post("manager", "/v1/devices/enrolments", {"user_id": str(door.world.people["technician"])}).json
    second = door.post(None, "/v1/devices/enrol", {"code": wanted["code"], "install_id": "phone-2"}).json
    door.post(None, "/v1/devices/enrol", {"code": wanted["code"], "install_id": "phone-3"})
    for token in (first["token"], second["token"]):
        assert door.get(None, "/v1/sync/pull", **as_bearer(token)).status_code == 200
        door.post(None, "/v1/sync/push", {"protocol": "fsync/1", "ops": "none"}, **as_bearer(token))
    return [first["token"], second["token"], wanted["code"]]


def programs_ask(door):
    """Make a key, use it where it may and where it may not, rotate it, mistype it, and revoke it."""
    made = door.post("leader", "/v1/keys", {"name": "ERP", "scopes": ["work-orders:read"]}).json
    fresh = door.post("leader", f"/v1/keys/{made['id']}/rotate").json
    for key in (made["key"], fresh["key"]):
        assert door.get(None, "/v1/work-orders", **as_bearer(key)).status_code == 200
        assert door.get(None, "/v1/fees", **as_bearer(key)).status_code == 403
        assert door.get(None, "/v1/fees", **as_bearer(key[:-1])).status_code == 401
    assert door("leader", "DELETE", f"/v1/keys/{made['id']}").status_code == 204
    assert door.get(None, "/v1/fees", **as_bearer(made["key"])).status_code == 401
    return [one["key"][16:] for one in (made, fresh)]


def programs_are_told(door):
    """Subscribe to events, change the secret, and add an address that is a secret itself."""
    place = str(door.world.places["near"].region_id)
    body = {"name": "ERP", "url": ADDRESS, "events": ["work_order.*"], "place_id": place}
    made = door.post("operations", "/v1/webhooks", body)
    assert made.status_code == 201, made.text
    again = door.post("operations", f"/v1/webhooks/{made.json['id']}/secret", {})
    door.post("operations", f"/v1/webhooks/{made.json['id']}/test")
    door.post("technician", "/v1/notification-channels", {"name": "我的", "url": ADDRESS})
    return [made.json["secret"], again.json["secret"], ADDRESS.rsplit("/", 1)[1]]


def calendars_are_fetched(door):
    """Subscribe to a calendar, fetch it by its address, and by what looks like it."""
    url = door.post("technician", "/v1/me/calendar").json["url"]
    path = url[url.index("/v1/") :]
    assert door.get(None, path).status_code == 200
    assert door.get(None, path + "x").status_code == 404
    return [path.removeprefix("/v1/calendars/").removesuffix(".ics")]


def test_no_secret_is_in_any_log(door, runtime, clock, heard):
    runtime.settings = replace(runtime.settings, notify_internal="yes", webhook_timeout_seconds=1)
    secrets = people_sign_in(door) + people_prove_themselves(door, clock) + phones_enrol(door) + programs_ask(door)
    secrets += programs_are_told(door)
    secrets += calendars_are_fetched(door)
    assert door.get("manager", "/v1/me").status_code == 200
    with runtime.engine.begin() as connection:
        connection.execute(text("ALTER TABLE login_sessions RENAME TO gone"))
    failed = door.post(None, "/v1/login", {"login": "agent", "password": factories.PASSWORD})
    assert failed.status_code in (500, 503)
    told = heard.getvalue()
    assert told.count("/v1/login") >= 3
    assert "Traceback" in told
    for secret in {*secrets, *door.world.tokens.values()}:
        assert len(secret) > 7
        assert secret not in told


def test_what_people_wrote_is_not_in_the_log_of_a_failure(door, runtime, heard):
    with runtime.engine.begin() as connection:
        connection.execute(text("ALTER TABLE customers RENAME TO gone"))
    zone = str(door.world.places["near"].zone_id)
    failed = door.post("manager", "/v1/customers", {"name": "秘密客户", "phone": f"138{TAIL}", "zone_id": zone})
    assert failed.status_code in (500, 503), failed.text
    assert "Traceback" in heard.getvalue()
    assert "秘密客户" not in heard.getvalue()
    assert TAIL not in heard.getvalue()


def test_what_came_second_in_a_race_is_told_without_its_values(app, runtime, heard):
    with pytest.raises(IntegrityError) as met, runtime.unit_of_work(system_actor()) as uow:
        uow.session.execute(text("UPDATE users SET login = :login"), {"login": f"somebody.{TAIL}"})
    with app.test_request_context():
        transactions.begin_request()
        assert app.handle_user_exception(met.value).status_code == 409
    assert "constraint broken" in heard.getvalue()
    assert "users" in heard.getvalue()
    assert TAIL not in heard.getvalue()
