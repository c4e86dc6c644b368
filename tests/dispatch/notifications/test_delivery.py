import pytest

from dispatch.notifications import delivery
from dispatch.notifications.addresses import Address
from dispatch.notifications.kinds import Owner
from dispatch.notifications.managing import add_channel
from kernel.errors import DomainError
from tests import factories


@pytest.mark.parametrize(
    ("phone", "number"),
    [("+86 (100) 0002-0001", "%2B8610000020001"), ("100 0002 0001", "10000020001"), ("转 12", "12"), ("１２", "")],
)
def test_of_a_number_only_its_digits_and_its_plus_go_into_an_address(phone, number):
    assert delivery.address_for("jsons://x.example.com/{phone}", phone) == f"jsons://x.example.com/{number}"


def test_what_is_gone_is_not_delivered(uow):
    assert delivery.parcel(uow, uow.new_id()) is None
    assert delivery.customer_parcel(uow, uow.new_id()) is None


def test_a_test_letter_is_for_whoever_may_change_the_channel_in_their_language(uow):
    region_id = factories.region(uow)
    person = factories.user(uow, region_id=region_id, locale="en", name="Li")
    own = factories.acting(uow, person)
    key = add_channel(
        own, owner=Owner.PERSON, owner_id=person, name="x", url="jsons://a.example.com", address=Address("jsons", None)
    )
    letter = delivery.test_letter(own, key)
    assert (letter.url, letter.title) == ("jsons://a.example.com", "Test notice")
    assert "Li" in letter.body
    stranger = factories.acting(uow, factories.user(uow, region_id=region_id))
    with pytest.raises(DomainError, match="channel_unknown"):
        delivery.test_letter(stranger, key)
