import pytest

from dispatch.notifications.addresses import Address, AddressRules, is_internal, leads_inside, read_address
from kernel.errors import DomainError
from kernel.settings import Settings

RULES = AddressRules.of(Settings.from_environment({}))
INSIDE_TOO = AddressRules.of(Settings.from_environment({"FIELDBEAT_NOTIFY_INTERNAL": "yes"}))


@pytest.mark.parametrize(
    ("url", "service", "host"),
    [
        ("jsons://hooks.example.com/very-secret", "jsons", "hooks.example.com"),
        ("mailtos://me:secret@example.com?smtp=mail.example.com&to=you@example.com", "mailtos", "mail.example.com"),
        ("wecombot://very-secret", "wecombot", None),
        ("dingtalk://secret@abcdefghijk", "dingtalk", None),
        ("feishu://abc-def-ghi", "feishu", None),
        ("JSON://93.184.216.34/x", "json", "93.184.216.34"),
    ],
)
def test_an_address_shows_its_service_and_its_host_unless_that_is_secret(url, service, host):
    assert read_address(url, RULES) == Address(service, host)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("nonsense", "address_wrong"),
        ("", "address_wrong"),
        ("json://", "address_wrong"),
        ("jsons://hooks.example.com/a\nb", "address_wrong"),
        ("jsons://hooks.example.com/" + "x" * 1000, "address_wrong"),
        ("syslog://hooks.example.com", "service_not_allowed"),
        ("tgram://123456:abcdefgh/1", "service_not_allowed"),
        ("file:///etc/passwd", "service_not_allowed"),
    ],
)
def test_what_is_no_address_or_not_allowed_is_refused(url, code):
    with pytest.raises(DomainError) as caught:
        read_address(url, RULES)
    assert caught.value.code == f"notifications.{code}"
    assert [one.path for one in caught.value.fields] == ["/url"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "localhost",
        "db.internal",
        "printer.local",
        "postgres",
        "10.0.0.8",
        "169.254.169.254",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "[::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
    ],
)
def test_an_address_into_our_own_network_is_refused_unless_the_operator_allows_it(host):
    assert leads_inside(host)
    if not host.startswith(("[", "127.1")):  # Apprise itself takes none of these
        with pytest.raises(DomainError, match="address_internal"):
            read_address(f"json://{host}/x", RULES)
        assert read_address(f"json://{host}/x", INSIDE_TOO).service == "json"


def test_a_mail_server_of_our_own_network_is_none_either():
    with pytest.raises(DomainError, match="address_internal"):
        read_address("mailto://me:secret@example.com?smtp=127.0.0.1&to=you@example.com", RULES)


@pytest.mark.parametrize("host", ["example.com", "93.184.216.34", "2606:4700::1111", "a.b.example"])
def test_the_public_internet_is_outside(host):
    assert not leads_inside(host)


def test_only_addresses_are_asked():
    assert is_internal("224.0.0.1")
    assert is_internal("fe80::1%eth0")
    with pytest.raises(ValueError, match="does not appear"):
        is_internal("example.com")
