"""A customer who is erased stands nowhere any more, and what the business must keep stays."""

from datetime import timedelta

import pytest
from sqlalchemy import JSON, String, select, update

from checklists.media import queries as media
from kernel.actor import Level, Role, system_actor
from kernel.audit.models import AuditEntry
from kernel.change_feed import FeedRow
from kernel.database import PERSONAL, Base
from kernel.errors import DomainError
from sync.erasure import service
from sync.erasure.jobs import remove_files
from sync.erasure.rules import KEPT, RULES, How
from sync.ingest.models import Op
from tests import factories
from tests.conftest import NOW
from tests.everywhere import places_of
from tests.sync.erasure.trail import NUMBER, PLACE, WORDS, Trail

TABLES = Base.metadata.tables
OF_CUSTOMERS = {"customer_id", "site_id", "work_order_id", "request_id", "run_id", "consultation_id"}


def erase(runtime, trail, **more):
    with runtime.unit_of_work(system_actor()) as uow:
        return service.erase_customer(uow, customer_id=trail.customer_id, **{"reason": "asked to", **more})


def close(runtime, trail):
    with runtime.unit_of_work(system_actor()) as uow:
        trail.uow = uow
        trail.close(NOW - timedelta(days=10))


def refusal(act, *arguments, **more) -> str:
    with pytest.raises(DomainError) as caught:
        act(*arguments, **more)
    return caught.value.code


def everywhere(runtime):
    with runtime.session() as session:
        return places_of(session, WORDS, str(NUMBER), str(PLACE))


def kept(runtime, trail):
    with runtime.session() as session:
        rows = {
            name: session.execute(select(TABLES[name]).where(TABLES[name].c.id == key)).one()
            for name, key in (("sign_offs", trail.ids["sign_offs"]), ("work_orders", trail.order_id))
        }
        op = session.execute(select(Op.payload_hash, Op.type, Op.received_at)).one()
    order = rows["work_orders"]
    return (rows["sign_offs"].signed_digest, order.number, order.closed_at, order.resolve_due_at, order.version, op)


def test_what_a_customer_was_is_nowhere_and_figures_and_digests_stay(runtime, trail):
    close(runtime, trail)
    before, stood = kept(runtime, trail), everywhere(runtime)
    assert {
        f"{rule.table}.{name}" for rule in RULES for name, how in rule.columns.items() if how is How.SCRUBBED
    } <= stood
    tried = erase(runtime, trail, dry_run=True)
    assert (everywhere(runtime), tried.rows["work_orders"], tried.files) == (stood, 1, 1)

    done = erase(runtime, trail)
    assert everywhere(runtime) == set()
    assert {rule.table for rule in RULES} <= set(done.rows)
    assert kept(runtime, trail) == before
    remove_files(runtime)
    assert [runtime.blobs.has(digest) for digest in (trail.photo, trail.report)] == [False, False]
    with runtime.session() as session:
        told = session.execute(select(AuditEntry.subject_id, AuditEntry.details)).all()
        fed = {(row.type, row.id) for row in session.execute(select(FeedRow.type, FeedRow.id))}
    assert any(row.subject_id == trail.customer_id and '"work_orders":1' in row.details for row in told)
    assert ("work_orders", str(trail.order_id)) in fed
    with runtime.reading(system_actor()) as reading:
        media_id = reading.session.scalar(select(TABLES["media_files"].c.media_id))
        assert refusal(media.media_file, reading, trail.order_id, media_id) == "media.erased"
    assert erase(runtime, trail).files == 0


def test_bytes_that_another_order_shows_stay(runtime, trail):
    close(runtime, trail)
    with runtime.unit_of_work(system_actor()) as uow:
        other = Trail(runtime, uow)
    erase(runtime, trail)
    remove_files(runtime)
    assert runtime.blobs.has(trail.photo)
    assert other.photo == trail.photo


def test_nothing_is_erased_that_is_still_needed(runtime, trail):
    assert refusal(erase, runtime, trail) == "erasure.order_open"
    close(runtime, trail)
    with runtime.unit_of_work(system_actor()) as uow:
        uow.session.execute(update(Op).values(state="quarantined"))
    assert refusal(erase, runtime, trail) == "erasure.ops_waiting"
    with runtime.unit_of_work(system_actor()) as uow:
        uow.session.execute(update(Op).values(state="applied"))
        service.hold(uow, customer_id=trail.customer_id, reason="a suit")
        service.hold(uow, customer_id=trail.customer_id, reason="another one")
        assert service.hold_of(uow, trail.customer_id).reason == "another one"
    assert refusal(erase, runtime, trail, dry_run=True) == "erasure.held"
    with runtime.unit_of_work(system_actor()) as uow:
        service.lift(uow, customer_id=trail.customer_id)
        assert refusal(service.lift, uow, customer_id=trail.customer_id) == "erasure.not_held"
    assert erase(runtime, trail).files == 2


def test_whoever_is_not_in_charge_erases_nobody(runtime, trail):
    with runtime.unit_of_work(system_actor()) as uow:
        where = trail.where
        manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, where.station_id, where.region_id)
        abroad = factories.places(uow).region_id
        stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, abroad, abroad)
        for act in (service.erase_customer, service.hold):
            wanted = {"customer_id": trail.customer_id, "reason": "x"}
            assert refusal(act, manager, **wanted) == "forbidden"
            assert refusal(act, stranger, **wanted) == "customers.unknown"


def has_words(table) -> bool:
    """Tell whether people may have written in it what they liked."""
    return any(
        isinstance(column.type, JSON)
        or (isinstance(column.type, String) and (column.type.length is None or column.type.length >= 80))
        for column in table.columns
    )


def test_every_place_of_personal_data_has_a_rule_or_a_reason_to_stay():
    ruled = {rule.table for rule in RULES}
    for table in TABLES.values():
        personal = {column.name for column in table.columns if column.info.get("personal") and PERSONAL}
        theirs = {key.parent.name for key in table.foreign_keys} & OF_CUSTOMERS and has_words(table)
        if (personal or theirs) and table.name not in KEPT:
            assert table.name in ruled, table.name
        for rule in (one for one in RULES if one.table == table.name):
            assert personal <= set(rule.columns), (table.name, personal - set(rule.columns))
            for name, how in rule.columns.items():
                assert how is not How.GONE or table.c[name].nullable, f"{table.name}.{name}"
