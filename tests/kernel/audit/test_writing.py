import threading
from uuid import UUID

import orjson
import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from kernel.actor import SYSTEM_USER, system_actor
from kernel.audit.acts import ROOT, Act, ActKind, Origin
from kernel.audit.models import AuditEntry, AuditHead, AuditSubject
from kernel.audit.verifying import verify
from tests.statements import recorded

NORTH, SOUTH = UUID(int=101), UUID(int=102)


def write(runtime, *acts, origin=None):
    with runtime.unit_of_work(system_actor(), origin) as uow:
        for act in acts:
            uow.record(act)


def entries(runtime, chain=NORTH):
    with runtime.session() as session:
        return session.scalars(select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.n)).all()


def test_an_entry_says_who_what_from_where_and_when(runtime):
    origin = Origin("GET /v1/x", "10.0.0.7", "curl\t8" + "x" * 300, "0123456789abcdef", "r-12345678", SOUTH)
    write(runtime, Act(ActKind.READ, region_id=NORTH, subjects=frozenset({NORTH}), details={"rows": 2}), origin=origin)
    (entry,) = entries(runtime)
    assert (entry.kind, entry.action, entry.user_id) == ("read", "GET /v1/x", SYSTEM_USER)
    assert (entry.address, entry.session, entry.request_id) == ("10.0.0.7", "0123456789abcdef", "r-12345678")
    assert entry.agent.startswith("curl 8xxx")
    assert len(entry.agent) == 200
    assert entry.at == runtime.clock.now()
    assert orjson.loads(entry.details) == {"rows": 2}
    with runtime.session() as session:
        assert set(session.scalars(select(AuditSubject.subject_id).where(AuditSubject.chain == NORTH))) == {
            NORTH,
            SOUTH,
        }


def test_what_belongs_to_no_region_has_a_chain_of_its_own_which_notes_when_others_begin(runtime):
    write(runtime, Act(ActKind.LOGIN), Act(ActKind.LOGIN, region_id=NORTH))
    write(runtime, Act(ActKind.LOGIN, region_id=NORTH))
    assert [(one.n, one.action, one.subject_id) for one in entries(runtime, ROOT)] == [
        (1, "chain begun", NORTH),
        (2, "by itself", None),
    ]
    assert [one.n for one in entries(runtime)] == [1, 2]


def test_what_is_rolled_back_is_not_written_down(runtime):
    with pytest.raises(RuntimeError), runtime.unit_of_work(system_actor()) as uow:
        uow.record(Act(ActKind.LOGIN))
        raise RuntimeError
    assert entries(runtime, ROOT) == []


def test_writers_at_the_same_moment_make_one_unbroken_chain(runtime):
    failed = []

    def work(number):
        try:
            for n in range(6):
                regions = (NORTH, SOUTH) if number % 2 else (SOUTH,)
                write(runtime, *(Act(ActKind.LOGIN, region_id=one, details={"n": n}) for one in regions))
        except Exception as error:
            failed.append(error)

    write(runtime, Act(ActKind.LOGIN, region_id=NORTH), Act(ActKind.LOGIN, region_id=SOUTH))
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    with runtime.session() as session:
        assert verify(session) == (2 + 1 + 12 + 1 + 24, [])


def test_a_constant_number_of_statements_for_any_number_of_acts(runtime):
    write(runtime, Act(ActKind.LOGIN, region_id=NORTH))

    def count(acts):
        with runtime.unit_of_work(system_actor()) as uow:
            for _ in range(acts):
                uow.record(Act(ActKind.LOGIN, region_id=NORTH, subject_id=SOUTH))
            with recorded(uow.session) as statements:
                uow.commit()
                uow.acts.clear()
            return len([one for one in statements if "audit" in one])

    assert count(1) == count(50) == 4


TAMPERING = {
    "change": update(AuditEntry).values(action="nothing"),
    "delete": delete(AuditEntry).where(AuditEntry.n == 1),
    "change of a subject": update(AuditSubject).values(subject_id=NORTH),
    "delete of a subject": delete(AuditSubject),
    "delete of a head": delete(AuditHead),
    "head back": update(AuditHead).values(n=0),
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
def test_the_database_itself_refuses(runtime, statement):
    write(runtime, Act(ActKind.LOGIN, subject_id=SOUTH))
    with (
        pytest.raises(DBAPIError, match=r"written once|foreign key|FOREIGN KEY"),
        runtime.unit_of_work(system_actor()) as uow,
    ):
        uow.session.execute(statement.execution_options(synchronize_session=False))


def test_postgresql_refuses_to_empty_the_tables(runtime):
    if runtime.engine.dialect.name == "sqlite":
        tables = "audit_entries", "audit_subjects"
        with runtime.session() as session:
            triggers = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        assert {f"{table}_{event}" for table in tables for event in ("update", "delete")} <= set(triggers)
        return
    for table in ("audit_subjects", "audit_entries CASCADE", "audit_heads"):
        with pytest.raises(DBAPIError, match="written once"), runtime.unit_of_work(system_actor()) as uow:
            uow.session.execute(text(f"TRUNCATE {table}"))
