import pytest

from dispatch.accounts.keys.addresses import allow, normal_networks
from kernel.errors import DomainError

OFFICE = normal_networks(["203.0.113.7", "10.2.0.0/16", " 2001:DB8::/48 ", "203.0.113.7/32"])


def test_networks_are_kept_in_one_form_each_once():
    assert OFFICE == ["203.0.113.7/32", "10.2.0.0/16", "2001:db8::/48"]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("203.0.113.7", True),
        ("203.0.113.8", False),
        ("10.2.255.1", True),
        ("10.3.0.1", False),
        ("::ffff:10.2.0.9", True),
        ("::ffff:10.3.0.9", False),
        ("2001:db8:0:1::5", True),
        ("2001:db8:1::5", False),
        ("2001:db8::5%eth0", True),
        (None, False),
        ("unix:", False),
    ],
)
def test_a_request_comes_from_one_of_them_or_not(address, allowed):
    assert allow(OFFICE, address) is allowed
    assert allow([], address) is True


@pytest.mark.parametrize("text", ["10.2.0.1/16", "10.2.0", "localhost", "10.2.0.0/33", "", "::g"])
def test_what_is_no_network_is_refused_with_its_place(text):
    with pytest.raises(DomainError) as caught:
        normal_networks(["10.0.0.1", text])
    assert (caught.value.code, caught.value.fields[0].path) == ("keys.address_wrong", "/addresses/1")
