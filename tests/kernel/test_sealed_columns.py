"""Sealed columns: what the table keeps tells nothing, and whoever has the keys reads and finds it, sealed yet or not."""

import pytest
from sqlalchemy import select, text, update

from dispatch.customers.models import Customer
from kernel.actor import system_actor
from kernel.audit.acts import Origin
from kernel.audit.models import AuditEntry
from kernel.bulk import insert_rows
from kernel.sealed_columns import finds_nothing, found_by, open_row, seal_row, seal_rows
from kernel.sealing import Sealer, SealingKey, Unopenable
from tests import factories
from tests.conftest import NOW
from tests.undoing import shared_runtime, undone  # noqa: F401 - fixtures

NEW = SealingKey("new", bytes(range(32, 64)))


@pytest.fixture
def uow(undone):  # noqa: F811
    return undone


def customer(uow, places, **more):
    known = {"id": uow.new_id(), "region_id": places.region_id, "name": "王芳", "vip": False, "created_at": NOW}
    return {**known, "phone": "139 0000-0001", "email": "Wang@example.com", **more}


def found(uow, condition):
    return set(uow.session.scalars(select(Customer.id).where(condition)))


def test_the_table_keeps_what_nobody_reads_and_whoever_has_the_keys_finds(uow):
    row = customer(uow, factories.places(uow))
    insert_rows(uow.session, Customer, [seal_row(uow.sealer, Customer, row)])
    kept = uow.session.execute(text("SELECT * FROM customers")).mappings().all()[-1]
    # Long enough to be in no id or sealed text by chance.
    assert all(told not in str(kept) for told in ("139 0000", "0000-0001", "1390000", "0000001", "Wang@", "wang@"))
    read = uow.session.execute(select(Customer.id, Customer.phone, Customer.email)).one()
    assert open_row(uow.sealer, Customer, read._mapping)["phone"] == "139 0000-0001"
    assert open_row(uow.sealer, Customer, read._mapping)["email"] == "Wang@example.com"
    for number in ("13900000001", "+86 139 0000 0001"):
        assert found(uow, found_by(uow.sealer, Customer.phone, number)) == {row["id"]}
    assert found(uow, found_by(uow.sealer, Customer.phone, "0001", by="phone_end_index")) == {row["id"]}
    assert found(uow, found_by(uow.sealer, Customer.email, "wang@example.com")) == {row["id"]}
    for nothing in ("1390000000", "", "no digit"):
        assert found(uow, found_by(uow.sealer, Customer.phone, nothing)) == set()


def test_rows_from_before_are_read_and_found_beside_the_sealed_ones(uow):
    places = factories.places(uow)
    old, new, none = customer(uow, places), customer(uow, places), customer(uow, places, phone="ask Li", email=None)
    insert_rows(uow.session, Customer, [old])
    insert_rows(uow.session, Customer, seal_rows(uow.sealer, Customer, [new, none]))
    rows = uow.session.execute(select(Customer.id, Customer.phone)).mappings()
    shown = {row["id"]: open_row(uow.sealer, Customer, row)["phone"] for row in rows}
    assert shown == {one["id"]: one["phone"] for one in (old, new, none)}
    assert found(uow, found_by(uow.sealer, Customer.phone, "139 0000-0001")) == {old["id"], new["id"]}
    assert found(uow, finds_nothing(uow.sealer, Customer.phone)) == {none["id"]}


def test_with_a_new_key_what_the_old_one_sealed_is_read_and_found(uow):
    places, both = factories.places(uow), Sealer(lambda: [NEW, *uow.sealer.keys])
    old, new = customer(uow, places), customer(uow, places)
    insert_rows(uow.session, Customer, [seal_row(uow.sealer, Customer, old), seal_row(both, Customer, new)])
    assert found(uow, found_by(both, Customer.phone, "13900000001")) == {old["id"], new["id"]}
    rows = uow.session.execute(select(Customer.id, Customer.phone)).mappings()
    assert {open_row(both, Customer, row)["phone"] for row in rows} == {"139 0000-0001"}


def test_a_number_that_was_put_to_somebody_else_is_found_out(uow):
    places = factories.places(uow)
    rows = [customer(uow, places), customer(uow, places, phone="110")]
    insert_rows(uow.session, Customer, seal_rows(uow.sealer, Customer, rows))
    theirs = select(Customer.phone).where(Customer.id == rows[1]["id"]).scalar_subquery()
    uow.session.execute(update(Customer).where(Customer.id == rows[0]["id"]).values(phone=theirs))
    read = uow.session.execute(select(Customer.id, Customer.phone).where(Customer.id == rows[0]["id"])).mappings().one()
    with pytest.raises(Unopenable):
        open_row(uow.sealer, Customer, read)


def test_the_audit_log_shows_the_end_of_what_changed_and_nothing_of_what_was_only_sealed_anew(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        row = customer(uow, factories.places(uow))
        insert_rows(uow.session, Customer, [seal_row(uow.sealer, Customer, row)])
    with runtime.unit_of_work(system_actor(), Origin("test", watched=True)) as uow:
        same = seal_row(uow.sealer, Customer, {"id": row["id"], "phone": row["phone"], "email": "li@example.com"})
        uow.session.execute(update(Customer).where(Customer.id == row["id"]).values(same))
    with runtime.session() as session:
        written = "".join(session.scalars(select(AuditEntry.details)))
    assert '{"after":{"email":"…om"},"before":{"email":"…om"},' in written
