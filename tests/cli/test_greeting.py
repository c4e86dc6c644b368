import pytest

from cli.greeting import greet, url_of
from kernel.settings import Settings

ACCOUNTS = [
    ("admin", "secret-demo", "系统管理员"),
    ("tech01", "secret-demo", "张伟"),
    ("tech02", "secret-demo", "李娜"),
]


def settings(**given):
    return Settings.from_environment({f"FIELDBEAT_{name}": text for name, text in given.items()})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://[::1]:8080"),
        ("beat.example", "http://beat.example:8080"),
    ],
)
def test_the_address_is_one_that_a_browser_reaches(host, url):
    assert url_of(settings(HOST=host)) == url


def test_a_newcomer_reads_where_it_is_who_to_be_and_what_to_try(tmp_path):
    (tmp_path / "run.py").touch()
    text = greet(settings(DATA_DIR=str(tmp_path / "data"), PORT="8090"), ACCOUNTS, here=tmp_path)
    assert "Fieldbeat 已就绪 is ready: http://127.0.0.1:8090" in text
    assert "密码 password: secret-demo" in text
    assert "tech01" in text
    assert "tech02" not in text
    assert "python3 run.py simulate day --technicians 5 --orders 4 --url http://127.0.0.1:8090" in text
    assert "python3 run.py doctor\n" in text
    assert str(tmp_path / "data" / "logs") in text


def test_the_usual_address_is_not_repeated(tmp_path):
    assert "--url" not in greet(settings(DATA_DIR=str(tmp_path / "data")), ACCOUNTS, here=tmp_path)


def test_without_the_demo_nobody_is_shown_and_other_folders_are_named(tmp_path):
    text = greet(settings(DATA_DIR="/srv/beat"), [], here=tmp_path)
    assert "password" not in text
    assert "simulate" not in text
    assert "fieldbeat doctor --data-dir /srv/beat" in text
