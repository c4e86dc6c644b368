import pytest

from dispatch.notifications.addresses import AddressRules
from dispatch.outward.target import Target, UnreachableError, read_target, resolve
from dispatch.webhooks.errors import ADDRESS
from kernel.errors import DomainError

OUTSIDE, INSIDE = AddressRules(frozenset()), AddressRules(frozenset(), internal=True)


def refused(url, rules=OUTSIDE):
    with pytest.raises(DomainError) as error:
        read_target(url, rules, ADDRESS)
    return error.value.code, error.value.fields[0].path


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hooks.example.com/x?key=1", Target("hooks.example.com", 443, "/x?key=1", tls=True)),
        ("https://hooks.example.com:8443", Target("hooks.example.com", 8443, "/", tls=True)),
        ("https://[2606:4700::1111]/x", Target("2606:4700::1111", 443, "/x", tls=True)),
    ],
    ids=["plain", "port", "IPv6"],
)
def test_an_address_of_the_internet_is_read(url, target):
    assert read_target(url, OUTSIDE, ADDRESS) == target


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/x",
        "ftp://hooks.example.com/x",
        "hooks.example.com/x",
        "https://",
        "https://user:password@hooks.example.com/x",
        "https://hooks.example.com/x#part",
        "https://hooks.example.com:99999/x",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/a\r\nHost: inside",
        "https://hooks.example.com/" + "x" * 1000,
        "https://[::1/x",
        "https://a..b/x",
    ],
)
def test_anything_else_is_none(url):
    assert refused(url) == ("webhooks.address_wrong", "/url")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f000001", "2130706433", "0", "10.0.0.7", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.7]", "[64:ff9b::a00:7]", "[2002:a00:7::1]",
        "localhost", "db", "db.internal", "printer.local", "metadata.google.internal", "LOCALHOST.", "x.localhost",
    ],
)  # fmt: skip
def test_no_address_leads_into_our_own_network(host):
    assert refused(f"https://{host}/x") == ("webhooks.address_internal", "/url")
    assert read_target(f"https://{host}/x", INSIDE, ADDRESS).port == 443


def test_what_a_name_resolves_to_is_asked_again():
    here = Target("localhost", 80, "/", tls=False)
    with pytest.raises(UnreachableError, match="into our own network"):
        resolve(here, OUTSIDE)
    assert "127.0.0.1" in resolve(here, INSIDE)


def test_a_name_with_one_address_inside_is_not_used_at_all(monkeypatch):
    found = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(UnreachableError, match="into our own network"):
        resolve(Target("hooks.example.com", 443, "/", tls=True), OUTSIDE)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found[:1])
    assert resolve(Target("hooks.example.com", 443, "/", tls=True), OUTSIDE) == ("93.184.215.14",)


def test_a_name_that_nobody_knows_is_told(monkeypatch):
    def unknown(*_, **__):
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with pytest.raises(UnreachableError, match="not found"):
        resolve(Target("hooks.example.com", 443, "/", tls=True), OUTSIDE)
