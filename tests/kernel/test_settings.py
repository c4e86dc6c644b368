"""Settings: read once, checked together, each named in the reference."""

from dataclasses import fields
from pathlib import Path

import pytest

from kernel.settings import Settings, SettingsError, reference, variable

VARIABLES = [variable(one) for one in fields(Settings)]


def read(**given: str) -> Settings:
    return Settings.from_environment({f"FIELDBEAT_{name.upper()}": text for name, text in given.items()})


def test_without_any_variable_the_defaults_are_those_of_the_design():
    settings = read()
    assert settings.data_dir == Path("data").absolute()
    assert settings.database_url == f"sqlite:///{Path('data').absolute()}/fieldbeat.db"
    assert settings.embedded_redis
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    # sync-protocol.md, "Limits".
    assert (settings.push_max_ops, settings.push_max_bytes, settings.push_max_compressed_bytes) == (500, 2**22, 2**20)
    assert (settings.push_max_ratio, settings.op_max_bytes) == (100, 2**16)
    assert (settings.pull_max_rows, settings.pull_max_bytes) == (1000, 2**21)
    assert (settings.retain_days, settings.push_grace_days) == (14, 30)
    assert (settings.hold_online_minutes, settings.hold_offline_days) == (15, 5)


def test_an_empty_variable_means_the_default():
    assert read(port="", database_url="", log_level="") == read()


def test_values_are_read_with_their_types(tmp_path):
    settings = read(
        data_dir=str(tmp_path),
        port="9000",
        database_url="postgresql://me@db/fieldbeat?sslmode=require",
        redis_url="rediss://queue:6380/2",
        log_format="text",
    )
    assert settings.data_dir == tmp_path
    assert settings.port == 9000
    assert settings.database_url == "postgresql://me@db/fieldbeat?sslmode=require"
    assert not settings.embedded_redis
    assert settings.log_format == "text"


def test_the_embedded_database_lies_in_the_data_folder(tmp_path):
    assert read(data_dir=str(tmp_path)).database_url == f"sqlite:///{tmp_path / 'fieldbeat.db'}"


def test_the_home_is_found_in_the_name_of_the_folder():
    assert read(data_dir="~/beat").data_dir == Path.home() / "beat"


def test_every_wrong_value_is_named_at_once():
    with pytest.raises(SettingsError) as caught:
        read(port="eighty", workers="0", log_level="loud", database_url="mysql://db", redis_url="http://q", ports="1")
    lines = str(caught.value).splitlines()
    assert lines == [
        "FIELDBEAT_DATABASE_URL is 'mysql://db'; it must be a URL that starts with sqlite:/// or postgresql://.",
        "FIELDBEAT_REDIS_URL is 'http://q'; it must be a URL that starts with redis://, rediss:// or unix://.",
        "FIELDBEAT_PORT is 'eighty'; it must be a whole number from 1 to 65535.",
        "FIELDBEAT_WORKERS is '0'; it must be a whole number from 1 to 64.",
        "FIELDBEAT_LOG_LEVEL is 'loud'; it must be one of debug, info, warning, error.",
        "FIELDBEAT_PORTS is not a setting.",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "postgres://db/fieldbeat",
        "postgresql://db",
        "postgresql+asyncpg://db/fieldbeat",
        "fieldbeat.db",
        "postgresql://db:port/x",
    ],
)
def test_a_database_that_could_not_work_is_refused_at_the_start(url):
    with pytest.raises(SettingsError, match="FIELDBEAT_DATABASE_URL"):
        read(database_url=url)


def test_a_password_in_a_wrong_url_is_not_shown():
    with pytest.raises(SettingsError) as caught:
        read(database_url="mysql://me:hunter2@db/x", redis_url="amqp://:hunter2@queue")
    assert "hunter2" not in str(caught.value)
    assert "db/x" in str(caught.value)


@pytest.mark.parametrize(
    "setting", [one for one in fields(Settings) if str(one.default).isdigit()], ids=lambda s: s.name
)
def test_a_number_has_bounds_and_its_default_lies_within(setting):
    name = setting.name
    assert getattr(read(), name) == int(setting.default)
    for wrong in ("-1", "99999999999999", "1.5", "1e3", "ten"):
        with pytest.raises(SettingsError, match=variable(setting)):
            read(**{name: wrong})


def test_variables_of_others_and_of_the_tests_are_left_alone():
    Settings.from_environment({"PATH": "x", "fieldbeat_port": "x", "FIELDBEAT_TEST_POSTGRES_URL": "x"})
    with pytest.raises(SettingsError, match="FIELDBEAT_TESTING is not a setting"):
        Settings.from_environment({"FIELDBEAT_TESTING": "1"})


def test_the_reference_has_every_setting_with_its_default_and_what_it_is():
    rows = [line.split(" | ") for line in reference().splitlines() if line.startswith("| `")]
    assert [row[0].removeprefix("| ") for row in rows] == [f"`{name}`" for name in VARIABLES]
    for row, setting in zip(rows, fields(Settings), strict=True):
        assert row[1] == f"`{setting.default or '(empty)'}`"
        assert row[2] == setting.metadata["read"].__doc__
        assert row[3].removesuffix(" |") == setting.metadata["about"]
        assert all(row)


def test_settings_with_a_unit_say_it_in_their_names():
    """A number of bytes, days or seconds whose unit one has to guess is how things go wrong."""
    units = {"bytes": "Bytes", "kib": "Memory", "days": "Days", "hours": "Hours", "minutes": "Minutes", "ms": ""}
    for setting in fields(Settings):
        for unit, word in units.items():
            if word and setting.metadata["about"].startswith(word):
                assert setting.name.endswith(f"_{unit}")


def test_a_geocoder_has_a_web_address_and_a_key_if_it_needs_one():
    own = Settings.from_environment({"FIELDBEAT_GEOCODER_URL": "http://localhost:7070/"})
    assert (own.geocoder, own.geocoder_url) == ("none", "http://localhost:7070")
    for environ, says in (
        ({"FIELDBEAT_GEOCODER": "amap"}, "FIELDBEAT_GEOCODER is 'amap', which needs FIELDBEAT_GEOCODER_KEY."),
        ({"FIELDBEAT_GEOCODER_URL": "nominatim.example.org"}, "scheme and host"),
        ({"FIELDBEAT_GEOCODER_URL": "https://example.org/search"}, "scheme and host"),
        ({"FIELDBEAT_GEOCODER": "google"}, "one of none, nominatim"),
    ):
        with pytest.raises(SettingsError, match=says):
            Settings.from_environment(environ)


def test_a_secret_that_is_wrong_is_not_repeated():
    with pytest.raises(SettingsError) as caught:
        read(sealing_keys="2026:hunter2", vapid_key="hunter2")
    assert "FIELDBEAT_SEALING_KEYS is not usable; it must be name:base64 of 32 bytes" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(read(s3_access_key="me", s3_secret_key="hunter2", metrics_token="hunter2"))
