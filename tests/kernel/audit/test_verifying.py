"""An attacker who owns the database, and may therefore drop its guards, is found."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from kernel.actor import system_actor
from kernel.audit.acts import CHAINED, ROOT, Act, ActKind, Origin, chained
from kernel.audit.models import AuditEntry as E
from kernel.audit.models import AuditHead as H
from kernel.audit.models import AuditSubject as S
from kernel.audit.verifying import Broken, Fault, heads, verify
from tests.conftest import NOW

NORTH, SOUTH, SOMEBODY, SHARED = (UUID(int=n) for n in (101, 102, 1, 300))
LONG = 9
OTHERWISE = {
    "at": NOW.replace(hour=23),
    "kind": "read",
    "action": "GET /v1/x",
    "user_id": SOMEBODY,
    "device_id": SOMEBODY,
    "session": None,
    "address": "10.0.0.8",
    "agent": "",
    "request_id": None,
    "subject_id": SOMEBODY,
    "details": "{}",
    "id": SOMEBODY,
    "hash": b"x" * 32,
}
GUARDED = ("audit_entries", "audit_subjects", "audit_heads")


@pytest.fixture
def session(runtime):
    """Two chains, and a transaction on them without the guards of the database; nothing of it is kept."""
    origin = Origin("PATCH /v1/x", "10.0.0.7", "curl/8", "0123456789abcdef", "r-12345678")
    for n in range(LONG):
        with runtime.unit_of_work(system_actor(), origin) as uow:
            for chain in (NORTH, SOUTH):
                subjects = frozenset({UUID(int=200 + n), SHARED})
                uow.record(Act(ActKind.COMMAND, region_id=chain, subjects=subjects, details={"n": n}))
    with Session(runtime.engine) as session:
        drop_guards(session)
        yield session


def drop_guards(session):
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        return
    session.execute(text("ALTER TABLE audit_subjects DROP CONSTRAINT fk_audit_subjects_chain_n"))
    for table in GUARDED:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def change(n, name):
    return [update(E).where(E.chain == NORTH, E.n == n).values({name: OTHERWISE[name]})], n


def remove(n):
    return [delete(table).where(table.chain == NORTH, table.n == n) for table in (S, E)], n


def cut(n):
    return [delete(table).where(table.chain == NORTH, table.n >= n) for table in (S, E)], n


def move(pairs):
    return [update(table).where(table.chain == NORTH, table.n == a).values(n=b) for a, b in pairs for table in (E, S)]


def swap(n, m):
    return move([(n, 1000), (m, n), (1000, m)]), min(n, m)


def close_up(n):
    return [*remove(n)[0], *move((later, later - 1) for later in range(n + 1, LONG + 1))], n


def hide(n):
    return [delete(S).where(S.chain == NORTH, S.n == n, S.subject_id == SHARED)], n


def blame(n):
    return [update(S).where(S.chain == NORTH, S.n == n, S.subject_id == SHARED).values(subject_id=SOMEBODY)], n


N = st.integers(1, LONG)
TAMPERING = st.one_of(
    st.builds(change, N, st.sampled_from(sorted(OTHERWISE))),
    st.builds(remove, N),
    st.builds(cut, N),
    st.tuples(N, N).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: swap(*pair)),
    st.builds(close_up, N),
    st.builds(hide, N),
    st.builds(blame, N),
)


@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tampering=TAMPERING)
def test_any_change_removal_order_or_cut_is_found_at_its_first_entry(session, tampering):
    statements, first = tampering
    with session.begin_nested() as attempt:
        for statement in statements:
            session.execute(statement.execution_options(synchronize_session=False))
        session.expire_all()
        _, broken = verify(session)
        attempt.rollback()
    assert [(one.chain, one.n) for one in broken] == [(NORTH, first)]


def test_an_untouched_log_holds(session):
    assert verify(session) == (2 * LONG + 2, [])


def test_what_was_added_beyond_the_head_is_found(session):
    last = session.execute(select(*E.__table__.c).where(E.chain == NORTH, E.n == LONG)).mappings().one()
    forged = {**last, "n": LONG + 1, "id": SOMEBODY}
    forged["hash"] = chained(last["hash"], {name: forged.get(name, frozenset()) for name in CHAINED})
    session.execute(insert(E).values(forged))
    assert verify(session)[1] == [Broken(NORTH, LONG + 1, SOMEBODY, Fault.BEYOND)]


def test_a_chain_that_is_gone_as_a_whole_is_missed(session):
    for table in (S, E, H):
        session.execute(delete(table).where(table.chain == NORTH))
    assert verify(session)[1] == [Broken(NORTH, 1, None, Fault.GONE)]
    assert "nothing is left" in str(verify(session)[1][0])


def test_a_tail_that_was_cut_off_together_with_its_head_is_found_by_a_head_that_was_kept(session):
    kept = heads(session)
    for statement in cut(7)[0]:
        session.execute(statement.execution_options(synchronize_session=False))
    before = session.scalar(select(E.hash).where(E.chain == NORTH, E.n == 6))
    session.execute(update(H).where(H.chain == NORTH).values(n=6, hash=before))
    assert verify(session)[1] == [], "nobody can tell from the database alone"
    assert verify(session, kept=kept)[1] == [Broken(NORTH, 7, None, Fault.CUT_OFF)]


def test_a_chain_that_was_written_anew_is_found_by_a_head_that_was_kept(session):
    kept = heads(session)
    rows = session.execute(select(*E.__table__.c).where(E.chain == SOUTH).order_by(E.n)).mappings().all()
    before = bytes(rows[3]["hash"])
    for row in rows[4:]:
        subjects = frozenset(session.scalars(select(S.subject_id).where(S.chain == SOUTH, S.n == row["n"])))
        entry = {**row, "user_id": SOMEBODY, "subjects": subjects}
        before = chained(before, entry)
        here = update(E).where(E.chain == SOUTH, E.n == row["n"])
        session.execute(here.values(user_id=SOMEBODY, hash=before).execution_options(synchronize_session=False))
    session.execute(update(H).where(H.chain == SOUTH).values(hash=before))
    session.expire_all()
    assert verify(session)[1] == []
    (broken,) = verify(session, kept=kept)[1]
    assert (broken.chain, broken.n, broken.fault) == (SOUTH, LONG, Fault.TURNED_BACK)


@pytest.mark.parametrize(("n", "found"), [(LONG, [LONG]), (LONG - 2, [LONG - 2]), (2, [])])
def test_the_last_entries_can_be_looked_at_alone(session, n, found):
    session.execute(change(n, "action")[0][0].execution_options(synchronize_session=False))
    read, broken = verify(session, last=3)
    assert [one.n for one in broken] == found
    assert read <= 3 + 3 + 2
    assert ROOT in {head.chain for head in heads(session)}
