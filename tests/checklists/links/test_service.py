"""Signing on the customer's own phone: for exactly what was shown, once, and by nobody who merely tries."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from checklists.links import queries, service
from checklists.links.models import SigningLink
from checklists.links.states import LinkState
from checklists.media import service as media
from checklists.media.queries import media_of_order
from checklists.runs import queries as runs
from checklists.runs import service as answers
from checklists.signoff import queries as signoff
from checklists.signoff.snapshot import Method
from dispatch.fees import service as fees
from dispatch.notifications.addresses import Address
from dispatch.notifications.managing import set_region
from dispatch.notifications.models import CustomerMessage
from dispatch.notifications.notice import unmasked
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.models import WorkOrder
from kernel.errors import DomainError
from kernel.outbox import OutboxMessage
from tests import factories
from tests.checklists import world
from tests.checklists.media.pictures import picture
from tests.checklists.runs.test_surroundings import ask
from tests.checklists.samples import GOOD

ADDRESS = "https://beat.example"


@pytest.fixture
def made(uow, here):
    return world.make(uow, here)


@pytest.fixture
def holder(uow, made, here):
    """Who is at the site of a customer with a telephone."""
    uow.session.get(WorkOrder, made.order_id).customer_id = factories.customer(uow, here)
    way = {"customer_url": "json://sms.example/{phone}", "customer_address": Address("json", "sms.example")}
    set_region(uow, region_id=here.region_id, quiet_from=None, quiet_to=None, language="zh-CN", **way)
    acting = factories.acting(uow, made.technician_id)
    ask(acting, made.order_id, Command.ACCEPT, Command.ARRIVE)
    for item, value in GOOD.items():
        answers.answer(acting, order_id=made.order_id, item=item, value=value)
    fees.add_line(acting, order_id=made.order_id, data={"text": "上门费", "unit_price": "80", "kind": "labour"})
    return acting


def link(holder, made, **options) -> str:
    return service.make_link(holder, order_id=made.order_id, address=ADDRESS, **options).link.rpartition("/")[2]


def state(uow, made) -> list[tuple[str, int]]:
    return [(one.state, one.attempts) for one in queries.links_of_order(uow, made.order_id)]


def code_of(uow, token) -> str:
    """Read the code as the customer does, on their way to whom it is."""
    sent = [one["secrets"] for one in uow.session.scalars(select(OutboxMessage.payload)) if "secrets" in one]
    return next(str(one["code"]) for one in sent if one["link"] == f"{ADDRESS}/sign/{token}")


def wrong(uow, token) -> str:
    return "000000" if code_of(uow, token) != "000000" else "000001"


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_the_customer_signs_with_name_and_code_what_the_link_shows(uow, holder, made):
    token = link(holder, made)
    shown = queries.shown(uow, token, "zh-CN")
    sections = {name: dict(lines) for name, lines in shown.sections}
    assert sections["费用"] == {"上门费 × 1": "80.00 CNY"}
    assert sections["4 服务执行"]["输出电平"] == "71.5 dBμV"
    assert shown.total == "80.00 CNY"
    outcome = service.sign_by_link(uow, token=token, signer_name="李女士", code=code_of(uow, token))
    assert outcome.state is LinkState.SIGNED
    (row,) = signoff.sign_offs(uow, made.order_id)
    assert (row.signer_name, row.method, row.matches, row.signed_digest.hex()) == (
        "李女士",
        Method.LINK,
        True,
        shown.digest,
    )
    assert runs.run_of_order(uow, made.order_id)["signed"]
    assert refused(service.sign_by_link, uow, token=token, signer_name="别人", code="1") == "signing_link.over"
    assert state(uow, made) == [("signed", 0)]


def test_a_drawing_signs_without_a_code_and_is_a_file_of_the_order(uow, runtime, holder, made):
    token, drawn = link(holder, made), picture()
    drawing = media.store_picture(runtime.blobs, io.BytesIO(drawn))
    assert service.sign_by_link(uow, token=token, signer_name="李女士", drawing=drawing).state is LinkState.SIGNED
    (row,) = signoff.sign_offs(uow, made.order_id)
    assert [one.media_id for one in media_of_order(uow, made.order_id) if one.state == "verified"] == [
        row.signature_media
    ]


def test_five_wrong_codes_lock_a_link_for_ever(uow, holder, made):
    token = link(holder, made)
    bad = wrong(uow, token)
    left = [service.sign_by_link(uow, token=token, signer_name="x", code=bad).tries_left for _ in range(5)]
    assert (left, state(uow, made)) == ([4, 3, 2, 1, 0], [("locked", 5)])
    right = code_of(uow, token)
    assert refused(service.sign_by_link, uow, token=token, signer_name="x", code=right) == "signing_link.over"
    assert signoff.sign_offs(uow, made.order_id) == ()


def test_what_changed_meanwhile_is_not_signed(uow, holder, made):
    token = link(holder, made)
    fees.add_line(holder, order_id=made.order_id, data={"text": "网线", "unit_price": "5"})
    outcome = service.sign_by_link(uow, token=token, signer_name="李女士", code=code_of(uow, token))
    assert (outcome.state, signoff.sign_offs(uow, made.order_id)) == (LinkState.OVERTAKEN, ())


def test_a_link_ends_with_its_time_with_a_newer_one_and_when_it_is_taken_back(uow, holder, made):
    first, second = link(holder, made), link(holder, made, minutes=5)
    assert queries.shown(uow, first, "en").state is LinkState.REPLACED
    later = factories.acting(uow, uow.actor)
    later.now += timedelta(minutes=6)
    assert queries.shown(later, second, "en").state is LinkState.EXPIRED
    assert refused(service.sign_by_link, later, token=second, signer_name="x", code="1") == "signing_link.over"
    service.revoke_link(holder, order_id=made.order_id)
    assert queries.shown(uow, second, "en").state is LinkState.REVOKED
    for call in (queries.shown, service.sign_by_link):
        more = {"locale": "en"} if call is queries.shown else {"signer_name": "x"}
        assert refused(call, uow, token="nobody's", **more) == "signing_link.unknown"


def test_neither_token_nor_code_is_kept_and_staff_reads_neither(uow, holder, made):
    token = link(holder, made)
    code = code_of(uow, token)
    row = uow.session.execute(select(SigningLink.__table__)).one()
    assert not any(secret in str(value) for value in row for secret in (token, code))
    body = uow.session.scalar(select(CustomerMessage.body))
    assert (token in body, code in body, "⟦link⟧" in body) == (False, False, True)
    payload = next(one for one in uow.session.scalars(select(OutboxMessage.payload)) if "secrets" in one)
    assert f"{ADDRESS}/sign/{token}" in unmasked(body, payload["secrets"])
    assert code in unmasked(body, payload["secrets"])


def test_links_are_made_by_who_does_the_order_at_the_site_and_not_without_end(uow, here, holder, made):
    for _ in range(10):
        link(holder, made)
    assert refused(link, holder, made) == "too-many-requests"
    stranger = factories.acting(uow, factories.technician(uow, here))
    assert refused(link, stranger, made) == "work_order.unknown"
    (early,) = world.orders(uow, here)
    world.assign(uow, early, made.technician_id)
    assert refused(service.make_link, holder, order_id=early, address=ADDRESS) == "signing_link.nothing_to_sign"


def test_a_link_needs_a_name_and_a_code_or_a_drawing(uow, holder, made):
    token = link(holder, made)
    assert refused(service.sign_by_link, uow, token=token, signer_name="李女士") == "signing_link.unsigned"
    assert refused(service.sign_by_link, uow, token=token, signer_name=" ", code="1") == "invalid"
    assert state(uow, made) == [("open", 0)]
