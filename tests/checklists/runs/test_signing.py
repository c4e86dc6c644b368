"""Signing the second snapshot at a desk: times, photos, parts and fees count, and what was signed stays."""

import hashlib
import io

import pytest

from checklists.media import service as media
from checklists.runs import queries, service, signing
from checklists.signoff import queries as signoff
from checklists.signoff.seen import Terms
from checklists.signoff.snapshot import Method, Worth
from dispatch.fees import service as fees
from dispatch.work_orders import queries as orders
from dispatch.work_orders.lifecycle import Command
from kernel.errors import DomainError
from tests import factories
from tests.checklists import world
from tests.checklists.media.pictures import picture
from tests.checklists.runs.test_surroundings import ask
from tests.checklists.samples import GOOD

VISIT = {"text": "上门费", "unit_price": "80"}


@pytest.fixture
def made(uow, here):
    return world.make(uow, here)


@pytest.fixture
def holder(uow, made):
    acting = factories.acting(uow, made.technician_id)
    for item, value in GOOD.items():
        service.answer(acting, order_id=made.order_id, item=item, value=value)
    return acting


def later(holder, minutes=5):
    acting = factories.acting(holder, holder.actor)
    acting.now = holder.now.replace(minute=minutes)
    return acting


def sign(holder, order_id, **changes):
    terms = Terms(2)
    digest = queries.to_sign(holder, order_id, terms)[1].hex()
    return signing.sign(
        holder, order_id=order_id, **{"signed_digest": digest, "signer_name": "李女士", "snapshot": 2, **changes}
    )


def refused(call, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value


def worths(reading, order_id):
    return [(one.worth, one.row.revision) for one in queries.weighed_sign_offs(reading, order_id)]


def test_a_fee_after_the_signature_makes_the_next_revision_and_the_order_waits_for_a_person(uow, holder, made):
    fees.add_line(holder, order_id=made.order_id, data=VISIT)
    signed = sign(holder, made.order_id)
    assert (signed.worth, signed.revision) == (Worth.CURRENT, 1)
    assert queries.run_of_order(uow, made.order_id)["signed"]
    after = later(holder)
    fees.add_line(after, order_id=made.order_id, data={"text": "网线", "unit_price": "5"})
    run = queries.run_of_order(uow, made.order_id)
    assert (run["signed"], run["revision"]) == (False, 2)
    assert worths(uow, made.order_id) == [(Worth.AMENDED, 1)]
    assert orders.order(uow, made.order_id).row.needs_review
    one, content = queries.signed_snapshot(uow, made.order_id, signed.sign_off_id)
    assert ([line["text"] for line in content["fees"]], one.row.method) == (["上门费"], Method.DESK)
    assert sign(after, made.order_id).revision == 2


def test_arriving_again_is_something_else_to_sign(uow, holder, made):
    ask(holder, made.order_id, Command.ACCEPT, Command.ARRIVE)
    sign(holder, made.order_id)
    ask(later(holder), made.order_id, Command.START)
    assert not queries.run_of_order(uow, made.order_id)["signed"]


def test_the_time_when_the_work_was_done_is_signed_as_it_was_shown(uow, holder, made):
    done = "2026-11-22T10:05:00+08:00"
    digest = queries.to_sign(uow, made.order_id, Terms(2, "2026-11-22T02:05:00.000Z"))[1].hex()
    assert sign(holder, made.order_id, signed_digest=digest, completed_at=done).worth is Worth.CURRENT
    (row,) = signoff.sign_offs(uow, made.order_id)
    assert (row.completed_at, row.snapshot["times"]["completed_at"]) == ("2026-11-22T02:05:00.000Z",) * 2


def test_a_digest_of_something_else_is_refused_with_what_the_order_holds(uow, holder, made):
    error = refused(sign, holder, made.order_id, signed_digest="ab" * 32)
    assert (error.code, error.extra["digest"]) == (
        "signoff.other_digest",
        queries.to_sign(uow, made.order_id, Terms(2))[1].hex(),
    )
    assert signoff.sign_offs(uow, made.order_id) == ()


def test_the_first_version_is_still_taken_and_does_not_cover_fees(uow, holder, made):
    digest = queries.to_sign(uow, made.order_id)[1].hex()
    signing.sign(holder, order_id=made.order_id, signed_digest=digest, signer_name="李女士")
    fees.add_line(later(holder), order_id=made.order_id, data=VISIT)
    run = queries.run_of_order(uow, made.order_id)
    assert (run["signed"], run["revision"]) == (True, 1)
    assert queries.open_view(uow, made.order_id).digest.hex() == run["signing"]["digest"] != digest
    assert not orders.order(uow, made.order_id).row.needs_review


def test_a_refusal_needs_a_witness_or_a_photo(holder, made):
    error = refused(sign, holder, made.order_id, signer_name=None, refused_reason="赶时间")
    assert (error.code, [field.path for field in error.fields]) == ("signoff.incomplete", ["/witness"])
    refusal = sign(holder, made.order_id, signer_name=None, refused_reason="赶时间", witness="物业张师傅")
    assert refusal.worth is Worth.CURRENT


def test_a_photo_that_comes_in_after_the_signature_changes_nothing_if_it_is_the_one_that_was_shown(
    uow, runtime, holder, made
):
    photo, other = picture(), picture(size=(9, 9))
    shown = {"m1": hashlib.sha256(photo).hexdigest(), "m2": hashlib.sha256(photo).hexdigest()}
    digest = queries.to_sign(uow, made.order_id, Terms(2, None, shown))[1].hex()
    book = service.open_runs(uow, [made.order_id], {})
    run = book.run(made.order_id)
    from_phone = signing.Signature(
        uow.new_id(), bytes.fromhex(digest), uow.now, made.technician_id, "李女士", terms=Terms(2, None, shown)
    )
    assert book.sign(made.order_id, from_phone).worth is Worth.CURRENT
    service.write_runs(uow, book)
    assert run.signed
    for media_id, content, current in (("m1", photo, True), ("m2", other, False)):
        stored = media.store_picture(runtime.blobs, io.BytesIO(content))
        media.hand_in(holder, order_id=made.order_id, media_id=media_id, stored=stored)
        assert queries.run_of_order(uow, made.order_id)["signed"] is current
        assert orders.order(uow, made.order_id).row.needs_review is not current


def test_a_sign_off_of_another_order_is_not_shown(uow, holder, made, here):
    signed = sign(holder, made.order_id)
    (other,) = world.orders(uow, here)
    assert refused(queries.signed_snapshot, uow, other, signed.sign_off_id).code == "signoff.unknown"
    stranger = factories.acting(uow, factories.technician(uow, here))
    assert refused(queries.weighed_sign_offs, stranger, made.order_id).code == "work_order.unknown"
