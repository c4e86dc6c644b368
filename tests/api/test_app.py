import pytest

from api.app import create_app, gather_errors
from kernel.errors import CATALOGUE
from kernel.settings import SettingsError
from tests.api.world import SEES, ZONES


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
