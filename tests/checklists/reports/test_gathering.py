import hashlib
import io
from datetime import date

import pytest

from checklists.media import service as media
from checklists.reports.gathering import Wanted, gather
from checklists.reports.report import Mark
from checklists.runs import queries, service, signing
from checklists.signoff.seen import Terms
from checklists.templates.steps import Step
from dispatch.fees import service as fees
from dispatch.work_orders.book import Entry
from dispatch.work_orders.service import open_book, write_book
from kernel.errors import DomainError
from tests import factories
from tests.checklists import world
from tests.checklists.media.pictures import picture
from tests.checklists.samples import GOOD
from tests.statements import recorded

PHOTO = picture()


@pytest.fixture
def made(uow, here):
    return world.make(uow, here)


@pytest.fixture
def holder(uow, made):
    return factories.acting(uow, made.technician_id)


def fill(holder, order_id, **changes):
    for item, value in {**GOOD, **changes}.items():
        service.answer(holder, order_id=order_id, item=item, value=value)


def hand_in(holder, runtime, order_id, media_id):
    stored = media.store_picture(runtime.blobs, io.BytesIO(PHOTO))
    media.hand_in(holder, order_id=order_id, media_id=media_id, stored=stored)


def log(uow, order_id, kind, **data):
    book = open_book(uow, [order_id])
    book.record(Entry(uow.new_id(), order_id, kind, uow.actor.user_id, uow.now, uow.now, data))
    write_book(uow, book)


def report(uow, order_id, locale="zh-CN"):
    return gather(uow, Wanted(order_id, locale, "0123456789ABCDEF", "https://beat.example"))


def test_a_report_shows_the_five_steps_as_they_stand(uow, holder, made):
    fill(holder, made.order_id, level=95, state="broken")
    found = report(uow, made.order_id)
    assert [one.step for one in found.steps] == list(Step)
    lines = {line.label: line for step in found.steps for line in step.lines}
    assert (lines["输出电平"].answer, lines["输出电平"].mark) == ("95 dBμV", Mark.FAILED)
    assert (lines["外观"].answer, lines["外观"].mark) == ("损坏", Mark.FAILED)
    assert lines["序列号"].mark in (Mark.EMPTY, Mark.PASSED)
    assert found.check_at == "https://beat.example/verify/0123456789ABCDEF"
    assert found.code == "0123-4567-89AB-CDEF"
    assert found.digest == queries.to_sign(uow, made.order_id, Terms(2))[1].hex()
    assert found.signed is None


def test_photos_parts_and_signature_are_those_of_the_order(uow, runtime, holder, made):
    fill(holder, made.order_id, after=["p1", "p2"])
    hand_in(holder, runtime, made.order_id, "p1")
    log(uow, made.order_id, "log.part_used", part="分配器", quantity=2, serial="SN1")
    log(uow, made.order_id, "log.part_used", part=5)
    digest = queries.to_sign(uow, made.order_id)[1].hex()
    signing.sign(holder, order_id=made.order_id, signed_digest=digest, signer_name="张敏", signature_media="p1")
    found = report(uow, made.order_id, "en")
    assert [one.digest for one in found.photos] == [hashlib.sha256(PHOTO).hexdigest()]
    assert [(one.name, one.quantity, one.serial) for one in found.parts] == [("分配器", "2", "SN1")]
    assert found.signed is not None
    assert (found.signed.signer_name, found.signed.current, found.revision) == ("张敏", True, 1)
    assert found.signed.signature_digest == hashlib.sha256(PHOTO).hexdigest()


def test_what_changed_after_the_signature_says_so(uow, holder, made):
    fill(holder, made.order_id)
    digest = queries.to_sign(uow, made.order_id)[1].hex()
    signing.sign(holder, order_id=made.order_id, signed_digest=digest, refused_reason="赶时间", witness="李四")
    service.answer(holder, order_id=made.order_id, item="level", value=66)
    found = report(uow, made.order_id)
    assert found.signed is not None
    assert (found.signed.refused_reason, found.signed.witness) == ("赶时间", "李四")
    assert (found.signed.current, found.revision) == (False, 2)


def test_it_takes_as_many_statements_for_much_as_for_little(uow, holder, made):
    counts = []
    for number in (1, 20):
        for part in range(number):
            log(uow, made.order_id, "log.part_used", part=f"件 {part}")
        with recorded(uow.session) as seen:
            report(uow, made.order_id)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_order_without_a_checklist_has_no_report(uow, here, made):
    (bare,) = world.orders(uow, here, work_type="errand")
    with pytest.raises(DomainError) as refused:
        report(uow, bare)
    assert refused.value.code == "checklist.no_run"


def test_fees_and_parts_are_printed_with_what_was_given_away_and_why(uow, holder, made):
    fill(holder, made.order_id)
    fees.add_line(
        holder, order_id=made.order_id, data={"text": "F 头", "kind": "part", "quantity": "2", "serial": "SN1"}
    )
    asset = factories.asset(uow, made.places.region_id, warranty_until=date(2100, 1, 1))
    visit = {"text": "上门费", "kind": "labour", "unit_price": "80", "quantity": "1.5"}
    fees.add_line(uow, order_id=made.order_id, data={**visit, "discount_percent": "10", "discount_reason": "老客户"})
    fees.add_line(holder, order_id=made.order_id, data={"text": "换机", "unit_price": "300", "asset_id": str(asset)})
    found = report(uow, made.order_id)
    assert [(one.name, one.quantity, one.serial) for one in found.parts] == [("F 头", "2", "SN1")]
    assert [(one.name, one.quantity, one.amount) for one in found.fees] == [
        ("上门费 (减免 12.00: 老客户)", "1.5", "108.00"),
        ("换机 (保修期内免费)", "1", "0.00"),
    ]
    assert found.total == "108.00 CNY"
    assert {one.done_at for one in found.steps if one.lines[0].answer} == {uow.now}
