"""Mail becomes requests, once each, from whoever wrote it; on both databases."""

from email.message import EmailMessage

import pytest

from dispatch.customers import service as customers
from dispatch.policies.service import set_policy
from dispatch.requests import queries
from dispatch.requests.mailing import receive_mail
from dispatch.requests.service import LONGEST_DESCRIPTION
from dispatch.work_orders.service import define_work_type
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories


@pytest.fixture
def place(uow):
    found = factories.places(uow)
    define_work_type(uow, region_id=found.region_id, code="catv", name="catv")
    rules = {"rules": [{"work_type": "catv", "words": ["无信号"]}]}
    set_policy(uow, region_id=found.region_id, subject="requests", rules=rules)
    return found


@pytest.fixture
def desk(uow, place):
    return factories.acting_as(uow, Role.AGENT, Level.REGION, place.region_id, place.region_id)


def mail(body="无信号，请修", sender="Wang@Example.com", name="<1@x>", subject="电视"):
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = sender, subject, name
    message.set_content(body)
    return message


def test_a_mail_of_a_known_customer_is_theirs_with_their_site_and_its_order(uow, desk, place):
    customer_id = customers.add_customer(
        uow, name="王芳", phone="138 0000", email="WANG@example.com", region_id=place.region_id, zone_id=place.zone_id
    )
    site_id = factories.site(uow, customer_id, place)
    received = receive_mail(desk, region_id=place.region_id, raw=mail().as_bytes())
    row = queries.request(desk, received.request_id).row
    assert (row.customer_id, row.site_id, row.zone_id) == (customer_id, site_id, place.zone_id)
    assert (row.contact_name, row.contact_phone, row.contact_email) == ("王芳", "1380000", "wang@example.com")
    assert (row.channel, row.work_type, row.state) == ("mail", "catv", "in_hand")


def test_the_same_mail_again_is_the_same_request_and_another_one_repeats_it(desk, place):
    raw = mail().as_bytes()
    first = receive_mail(desk, region_id=place.region_id, raw=raw)
    again = receive_mail(desk, region_id=place.region_id, raw=raw)
    assert (again.request_id, again.unchanged) == (first.request_id, True)
    other = receive_mail(desk, region_id=place.region_id, raw=mail(name="<2@x>", body="还是无信号").as_bytes())
    assert (other.work_order_id, other.duplicate_of) == (first.work_order_id, first.request_id)


def test_two_customers_of_one_address_are_none_and_a_person_decides(uow, desk, place):
    for _ in range(2):
        customers.add_customer(uow, name="x", phone=None, email="wang@example.com", region_id=place.region_id)
    received = receive_mail(desk, region_id=place.region_id, raw=mail().as_bytes())
    assert queries.request(desk, received.request_id).row.customer_id is None


def test_a_mail_that_says_nothing_known_waits_and_its_attachments_are_noted(desk, place):
    message = mail(body="x" * 9000, sender="not an address", subject="您好")
    message.add_attachment(b"123", maintype="image", subtype="png", filename="a.png")
    received = receive_mail(desk, region_id=place.region_id, raw=message.as_bytes())
    assert (received.state, received.work_order_id) == ("unclassified", None)
    detail = queries.request(desk, received.request_id)
    assert len(detail.description) == LONGEST_DESCRIPTION
    assert detail.history[0].data["attachments"] == [{"name": "a.png", "media_type": "image/png", "bytes": 3}]


def test_mail_is_received_by_the_desk_of_its_region_only(uow, place):
    abroad = factories.region(uow)
    stranger = factories.acting_as(uow, Role.AGENT, Level.REGION, abroad, abroad)
    with pytest.raises(DomainError) as refused:
        receive_mail(stranger, region_id=place.region_id, raw=mail().as_bytes())
    assert refused.value.code == "territory.region_unknown"
