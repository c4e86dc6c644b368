from dataclasses import replace

import pytest

from checklists.runs import queries as runs
from checklists.signoff import queries, service
from checklists.signoff.service import Sealed
from checklists.signoff.snapshot import Stamp
from kernel.errors import DomainError
from tests.checklists import world
from tests.checklists.samples import signature
from tests.statements import recorded


@pytest.fixture
def made(uow, here):
    return world.make(uow, here)


@pytest.fixture
def sealed(uow, made):
    (run_id,) = runs.runs_of_orders(uow, [made.order_id])
    stamp = Stamp(1, b"s" * 32, {"answers": {}})
    return Sealed(run_id, made.places.region_id, made.order_id, signature(1, b"x" * 32), stamp)


def test_what_was_given_never_changes_and_what_the_server_says_does(uow, made, sealed):
    service.store(uow, fresh=[sealed], restamped=[])
    corrected = replace(
        sealed,
        signature=signature(1, b"forged" * 5 + b"xx", signer_name="别人"),
        stamp=Stamp(2, b"t" * 32, {"answers": {"a": 1}}),
    )
    service.store(uow, fresh=[], restamped=[corrected])
    (row,) = queries.sign_offs(uow, made.order_id)
    assert (row.signed_digest, row.signer_name, row.recorded_at) == (b"x" * 32, "李女士", uow.now)
    assert (row.revision, row.server_digest, row.snapshot) == (2, b"t" * 32, {"answers": {"a": 1}})
    (read,) = queries.signatures_of(uow.session, [sealed.run_id])[sealed.run_id]
    assert read == (sealed.signature, Stamp(2, b"t" * 32))


def test_many_are_stored_with_three_statements(uow, made, sealed):
    service.store(uow, fresh=[sealed], restamped=[])
    fresh = [replace(sealed, signature=signature(number, b"x" * 32)) for number in range(2, 9)]
    with recorded(uow.session) as statements:
        service.store(uow, fresh=fresh, restamped=[sealed])
    assert len(statements) == 3
    assert len(queries.sign_offs(uow, made.order_id)) == 8


def test_an_id_that_is_taken_is_refused(uow, sealed):
    service.store(uow, fresh=[sealed], restamped=[])
    with pytest.raises(DomainError) as refused:
        service.store(uow, fresh=[sealed], restamped=[])
    assert refused.value.code == "signoff.id_reused"
