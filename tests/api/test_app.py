from dataclasses import replace
from datetime import timedelta

import pytest

from api.app import create_app, gather_errors
from kernel.actor import system_actor
from kernel.audit.queries import EntryFilter, page_of_entries
from kernel.errors import CATALOGUE
from kernel.settings import SettingsError
from tests.api.world import SEES, ZONES, Door
from tests.factories import PASSWORD


def test_everybody_can_say_who_they_are(plain_door):
    for who in SEES:
        me = plain_door.get(who, "/v1/me")
        assert (me.status_code, me.json["id"]) == (200, str(plain_door.world.people[who]))


def test_chinese_is_sent_as_it_is_read(plain_door):
    assert "先生".encode() in plain_door.get("manager", "/v1/me").data


def test_times_are_utc_with_milliseconds(plain_door):
    assert plain_door.get("manager", "/v1/me").json["created_at"] == "2026-11-22T01:00:00.000Z"


def test_the_catalogue_has_the_errors_of_every_slice():
    gather_errors()
    slices = {code.split(".")[0] for code in CATALOGUE if "." in code}
    assert {"accounts", "territory", "people", "customers", "sla", "work_order", "checklist", "signoff"} <= slices


def test_the_world_is_as_large_as_the_tests_think(plain_door):
    assert len(plain_door.ids("administrator", "/v1/work-orders")) == len(ZONES)


def test_a_setting_that_cannot_be_used_keeps_the_process_from_starting(monkeypatch):
    monkeypatch.setenv("FIELDBEAT_WEB_THREADS", "many")
    with pytest.raises(SettingsError, match="FIELDBEAT_WEB_THREADS"):
        create_app()


@pytest.mark.parametrize(
    ("proxies", "address"), [(0, "127.0.0.1"), (1, "10.0.0.7"), (2, "192.0.2.9")], ids=["none", "one", "two"]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_as_many_proxies_are_believed_as_stand_in_front(runtime, world, furnished, proxies, address):
    runtime.settings = replace(runtime.settings, trusted_proxies=proxies)
    runtime.clock.at += timedelta(seconds=1)
    door = Door(create_app(runtime), world)
    headers = {"X-Forwarded-For": "192.0.2.9, 10.0.0.7"}
    assert door.post(None, "/v1/login", {"login": "agent", "password": PASSWORD}, headers=headers).status_code == 201
    with runtime.reading(system_actor()) as reading:
        assert page_of_entries(reading, filters=EntryFilter(), limit=1).items[0].address == address
