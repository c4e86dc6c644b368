import io
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from checklists.media import service as media
from checklists.runs.models import ChecklistRun
from checklists.signoff import service as sign_offs
from checklists.signoff.service import Sealed
from checklists.signoff.snapshot import Stamp
from cli.findings import look_at_everything, worst
from cli.looks import Finding, State
from cli.sign_in_looks import is_loopback
from dispatch.accounts import service as accounts
from kernel import row_security
from kernel import runtime as runtimes
from kernel.actor import system_actor
from kernel.bulk import insert_rows
from kernel.change_feed import FeedHead
from kernel.clock import FixedClock, SystemClock
from kernel.settings import Settings
from sync.ingest.models import Op, OpState
from tests import factories
from tests.checklists import world
from tests.checklists.media.pictures import picture
from tests.checklists.samples import signature
from tests.conftest import settings_for
from tests.factories import CHEAP
from tests.sync.ingest.test_queries import op


def found(runtime):
    return {finding.name: finding for finding in look_at_everything(runtime)}


@pytest.fixture
def runtime(settings):
    """With the machine's own clock, which is the database's too."""
    made = runtimes.make(settings, clock=SystemClock())
    yield made
    made.close()


def test_a_product_without_workers_is_well_in_all_but_that(runtime):
    findings = found(runtime)
    assert {name for name, finding in findings.items() if finding.state is not State.OK} <= {
        "workers",
        "disk",
        "stream",
    }
    assert findings["workers"].state is State.BAD
    assert "stored, and waits" in findings["workers"].says
    assert "fieldbeat worker" in findings["workers"].do
    assert findings["stream"].state is State.WARN
    assert "fieldbeat stream" in findings["stream"].do
    assert all(finding.do == "" for finding in findings.values() if finding.state is State.OK)


def test_the_database_is_named_with_its_version(runtime):
    name = {"sqlite": "SQLite 3.", "postgresql": "PostgreSQL "}[runtime.engine.dialect.name]
    assert found(runtime)["database"].says.startswith(name)


def test_ops_that_wait_for_long_are_told_with_their_age(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        late = op(uow, OpState.PENDING, 0) | {"received_at": uow.now - timedelta(minutes=7, seconds=1)}
        insert_rows(uow.session, Op, [late])
    inbox = found(runtime)["inbox"]
    assert inbox.state is State.BAD
    assert "for a worker: 1," in inbox.says
    assert "7 min ago" in inbox.says


def test_ops_in_quarantine_deserve_a_look(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        insert_rows(uow.session, Op, [op(uow, OpState.QUARANTINED, 0)])
    assert found(runtime)["inbox"].state is State.WARN


def test_wake_ups_that_nobody_answers_are_told(runtime):
    runtime.queue.ring("sync.sweep")
    assert found(runtime)["queue"].state is State.OK
    assert "wait: 1, the first for" in found(runtime)["queue"].says
    runtime.clock = FixedClock(runtime.clock.now() + timedelta(minutes=3))
    assert found(runtime)["queue"].state is State.WARN
    assert "3 min" in found(runtime)["queue"].says


def test_messages_that_do_not_get_out_are_told(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        uow.emit("mail", "key", {})
    assert found(runtime)["outbox"].state is State.OK
    runtime.clock = FixedClock(runtime.clock.now() + timedelta(hours=3))
    outbox = found(runtime)["outbox"]
    assert outbox.state is State.WARN
    assert outbox.says == "Messages that wait to be sent: 1, the first for 3 h."


def test_a_clock_that_differs_from_the_databases_is_told(runtime):
    runtime.clock = FixedClock(runtime.clock.now() + timedelta(minutes=10))
    clock = found(runtime)["clock"]
    if runtime.engine.dialect.name == "sqlite":
        assert "no other clock" in clock.says
    else:
        assert clock.state is State.BAD
        assert "time server" in clock.do


@pytest.mark.parametrize("demo", [True, False])
def test_a_demo_password_on_an_open_address_is_told(settings, tmp_path, demo):
    password = "fieldbeat-demo" if demo else "something else 1"
    given = {
        "FIELDBEAT_HOST": "0.0.0.0",
        "FIELDBEAT_DATA_DIR": str(tmp_path),
        "FIELDBEAT_DATABASE_URL": settings.database_url,
        "FIELDBEAT_REDIS_URL": settings.redis_url,
        "FIELDBEAT_PASSWORD_MEMORY_KIB": "64",
    }
    runtime = runtimes.make(Settings.from_environment(given))
    with runtime.unit_of_work(system_actor()) as uow:
        accounts.create_user(uow, login="tech01", name="张伟", password=password, passwords=CHEAP)
    passwords = found(runtime)["passwords"]
    with runtime.session() as session:
        assert session.scalar(text("SELECT count(*) FROM login_sessions")) == 0
    runtime.close()
    assert passwords.state is (State.BAD if demo else State.OK)
    assert ("'tech01' still has" in passwords.says) is demo


def test_nothing_at_all_is_told_once_and_nothing_is_made(tmp_path):
    settings = Settings.from_environment({"FIELDBEAT_DATA_DIR": str(tmp_path / "data")})
    runtime = runtimes.make(settings)
    findings = found(runtime)
    runtime.close()
    assert list(findings) == ["folder", "disk", "database", "redis"]
    assert [findings[name].state for name in ("folder", "database", "redis")] == [State.BAD] * 3
    assert "fieldbeat db upgrade" in findings["database"].do
    assert not (tmp_path / "data").exists()


def test_only_an_address_that_others_reach_needs_other_passwords(runtime):
    assert found(runtime)["passwords"].says == "Only this machine can reach 127.0.0.1."


def test_an_empty_database_is_told_to_be_brought_forward(tmp_path, valkey):
    runtime = runtimes.make(settings_for(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}", valkey.url))
    (tmp_path / "empty.db").touch()
    findings = found(runtime)
    runtime.close()
    assert findings["migrations"].state is State.BAD
    assert "inbox" not in findings


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("beat.cn", False),
    ],
)
def test_an_address_is_for_this_machine_alone_or_not(host, expected):
    assert is_loopback(host) is expected


def test_the_worst_finding_decides():
    ok, warn, bad = (Finding("x", state, "") for state in (State.OK, State.WARN, State.BAD))
    assert worst([ok, warn, bad]) is State.BAD
    assert worst([ok, warn]) is State.WARN
    assert worst([ok]) is State.OK


def test_a_sign_off_that_stays_missing_in_a_phones_chain_deserves_a_look(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        where = factories.places(uow)
        version_id = world.publish_sample(uow, where.region_id)
        order_id, run_id = factories.order(uow, where), uow.new_id()
        run = {"id": run_id, "region_id": where.region_id, "work_order_id": order_id, "template_version_id": version_id}
        insert_rows(
            uow.session,
            ChecklistRun,
            [{**run, "answers": {}, "version": 1, "created_at": uow.now, "updated_at": uow.now}],
        )
        signed = replace(signature(1, b"x" * 32), previous=b"p" * 32, chained=True, device_id=uow.new_id())
        sealed = Sealed(run_id, where.region_id, order_id, signed, Stamp(1, b"x" * 32, {"answers": {}}))
        sign_offs.store(uow, fresh=[sealed], restamped=[])
    assert found(runtime)["sign-offs"].state is State.OK, "it may still come"
    runtime.clock = FixedClock(runtime.clock.now() + timedelta(days=6))
    look = found(runtime)["sign-offs"]
    assert (look.state, "does not hold: 1" in look.says) == (State.WARN, True)


def test_tables_without_the_lock_by_region_are_told_where_it_is_to_be_on(runtime):
    finding = found(runtime)["rows"]
    assert (finding.state, finding.says.startswith("Who sees which rows")) == (State.OK, True)
    runtime.settings = replace(runtime.settings, row_security="yes")
    if not runtime.settings.binds_rows:
        return  # SQLite cannot
    finding = found(runtime)["rows"]
    assert finding.state is State.BAD
    assert finding.says.startswith("Not locked: ")
    with runtime.engine.begin() as connection:
        names = row_security.switch_on(connection)
    assert found(runtime)["rows"].says == f"Tables that are locked by region: {len(names)}."
    with runtime.engine.begin() as connection:
        connection.execute(text(f"DROP POLICY {row_security.POLICY} ON work_orders"))
    assert found(runtime)["rows"].says == "Not locked: work_orders."


def test_a_replica_is_looked_at_and_one_of_another_past_must_not_be_used(runtime, tmp_path, sqlite_template):
    assert found(runtime)["replica"].says == "None is used."
    path = tmp_path / "replica.db"
    path.write_bytes(sqlite_template.read_bytes())
    behind = replace(runtime.settings, database_url=f"sqlite:///{path}", replica_url=f"sqlite:///{path}")
    copied, region_id = runtimes.make(behind), uuid4()
    for one, number in ((runtime, 7), (copied, 5)):
        with one.unit_of_work(system_actor()) as uow:
            insert_rows(uow.session, FeedHead, [{"region_id": region_id, "epoch": 1, "n": number, "horizon": 0}])
    runtime.replica = copied.replica
    finding = found(runtime)["replica"]
    assert (finding.state, finding.says) == (State.OK, "The replica answers, 2 changes behind.")
    with copied.unit_of_work(system_actor()) as uow:
        uow.session.execute(update(FeedHead).values(n=8))
    finding = found(runtime)["replica"]
    assert finding.state is State.BAD
    assert "build it anew" in finding.do
    copied.close()
    path.write_bytes(b"no database")
    finding = found(runtime)["replica"]
    assert (finding.state, finding.do.startswith("Pulls go on without it")) == (State.WARN, True)
    copied.close()


def test_files_that_wait_and_files_that_are_gone_are_told(runtime, settings):
    findings = found(runtime)
    assert [findings[name].state for name in ("waiting", "missing")] == [State.OK, State.OK]
    with runtime.unit_of_work(system_actor()) as uow:
        made = world.make(uow, factories.places(uow))
        stored = media.store_picture(runtime.blobs, io.BytesIO(picture()))
        media.take_in(uow, region_id=made.places.region_id, order_id=made.order_id, media_id="p1", stored=stored)
    findings = found(runtime)
    assert findings["waiting"].state is State.OK
    assert "photos to be looked at: 1, reports to be printed: 0." in findings["waiting"].says
    assert findings["missing"].says.startswith("Of photos and reports 1 were asked for")
    runtime.clock = FixedClock(runtime.clock.now() + timedelta(hours=3))
    (settings.data_dir / "blobs").rename(settings.data_dir / "lost")
    findings = found(runtime)
    assert (findings["waiting"].state, "waited for 3 h" in findings["waiting"].says) == (State.WARN, True)
    assert (findings["missing"].state, stored.digest in findings["missing"].says) == (State.BAD, True)
