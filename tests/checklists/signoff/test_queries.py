import pytest

from checklists.runs import service, signing
from checklists.signoff import queries
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.checklists import world


@pytest.fixture
def signed(uow, here):
    made = world.make(uow, here)
    signing.sign(uow, order_id=made.order_id, signed_digest="ab" * 32, signer_name="李女士", signature_media="m9")
    return made


def test_the_sign_offs_of_an_order_say_what_was_signed_and_what_the_server_held(uow, signed):
    (one,) = queries.sign_offs(uow, signed.order_id)
    assert (one.work_order_id, one.revision, one.signer_name, one.signature_media) == (
        signed.order_id,
        1,
        "李女士",
        "m9",
    )
    assert one.signed_digest == bytes.fromhex("ab" * 32)
    assert not one.matches
    digest = service.open_runs(uow, [signed.order_id], {}).digest(signed.order_id)
    signing.sign(uow, order_id=signed.order_id, signed_digest=digest.hex(), signer_name="李女士")
    assert [row.matches for row in queries.sign_offs(uow, signed.order_id)] == [False, True]
    assert len(queries.sign_offs(uow, signed.order_id, limit=1)) == 1


def test_they_are_seen_by_those_who_see_the_order(uow, signed, here):
    holder = factories.acting(uow, signed.technician_id)
    assert len(queries.sign_offs(holder, signed.order_id)) == 1
    elsewhere = factories.places(uow, region_id=here.region_id)
    stranger = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, elsewhere.station_id, here.region_id)
    with pytest.raises(DomainError) as refused:
        queries.sign_offs(stranger, signed.order_id)
    assert refused.value.code == "work_order.unknown"


def test_no_runs_have_no_signatures(uow):
    assert queries.signatures_of(uow.session, []) == {}
