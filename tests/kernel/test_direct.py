"""A transaction past the session does what one of the session does, on both engines."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import bindparam, create_engine, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from kernel.actor import system_actor
from kernel.change_feed import FeedHead, FeedRow
from kernel.database import UTCDateTime
from kernel.direct import Direct, Prepared

REGION = UUID(int=77)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

ADD = Prepared(
    insert(FeedRow.__table__).values(  # type: ignore[arg-type]
        region_id=bindparam("region"),
        scope=bindparam("scope"),
        type="sites",
        id=bindparam("key"),
        seq=bindparam("seq"),
        op="put",
        reason=None,
        changed_at=bindparam("at"),
    )
)
FIND = Prepared(
    select(FeedRow.region_id, FeedRow.seq, FeedRow.reason, FeedRow.changed_at)
    .where(FeedRow.region_id == bindparam("region", type_=FeedRow.region_id.type))
    .order_by(FeedRow.seq)
)
DROP = Prepared(
    delete(FeedRow)
    .where(FeedRow.seq == bindparam("seq", type_=FeedRow.seq.type))
    .returning(FeedRow.id, FeedRow.changed_at)
)


def add(session: Direct | Session, seq: int, at: datetime = NOON) -> None:
    ADD.rows(session, region=REGION, scope="user:x", key=str(seq), seq=seq, at=at)


def kept(runtime) -> list[int]:
    with runtime.session() as session:
        return [seq for _, seq, *_ in FIND.rows(session, region=REGION)]


def test_it_writes_and_reads_what_the_session_does(runtime):
    eastern = NOON.astimezone(timezone(timedelta(hours=8)))
    with Direct(runtime.engine) as direct:
        add(direct, 1, eastern)
        assert FIND.rows(direct, region=REGION) == [(REGION, 1, None, NOON)]
        assert FIND.row(direct, region=UUID(int=5)) is None
        direct.commit()
    with runtime.session() as session:
        assert [tuple(row) for row in FIND.rows(session, region=REGION)] == [(REGION, 1, None, NOON)]
        assert FIND.row(session, region=REGION).changed_at == NOON
    with Direct(runtime.engine) as direct:
        assert DROP.rows(direct, seq=1) == [("1", NOON)]
        direct.commit()
    assert kept(runtime) == []


def test_what_is_not_committed_is_gone_whether_or_not_it_fails(runtime):
    with Direct(runtime.engine) as direct:
        add(direct, 1)
    with pytest.raises(ZeroDivisionError), Direct(runtime.engine) as direct:
        add(direct, 2)
        raise ZeroDivisionError
    assert kept(runtime) == []


def test_a_unit_of_work_commits_with_its_effects_and_rolls_back_without(runtime):
    told = []
    with runtime.direct_unit_of_work(lambda _session, _now: system_actor()) as uow:
        add(uow.session, 1)
        uow.after_commit(lambda: told.append(kept(runtime)))
    assert told == [[1]]
    with pytest.raises(ZeroDivisionError), runtime.direct_unit_of_work(lambda _session, _now: system_actor()) as uow:
        add(uow.session, 2)
        raise ZeroDivisionError
    assert kept(runtime) == [1]


def test_a_look_leaves_the_connection_as_it_was_for_whoever_has_it_next(runtime):
    for _ in range(runtime.settings.database_pool + 1):
        with runtime.direct_reading(lambda _session, _now: system_actor()) as reading:
            assert FIND.rows(reading.session, region=REGION) == []
    with Direct(runtime.engine) as direct:
        add(direct, 1)  # would be durable at once on a connection that still commits by itself
    assert kept(runtime) == []


def test_a_broken_connection_is_not_given_to_the_next(runtime, database_url):
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has no server that goes away")
    ending = Prepared(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    for _ in range(runtime.settings.database_pool + 1):
        with pytest.raises(OperationalError) as caught, Direct(runtime.engine, single=True) as direct:
            ending.rows(direct)
        assert caught.value.connection_invalidated
        with Direct(runtime.engine) as direct:
            assert FIND.rows(direct, region=REGION) == []


def test_a_connection_that_breaks_under_a_session_is_not_given_to_the_next_either(runtime, database_url):
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has no server that goes away")
    ending = Prepared(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    for _ in range(runtime.settings.database_pool + 1):
        with pytest.raises(OperationalError) as caught, runtime.unit_of_work(system_actor()) as uow:
            ending.rows(uow.session)
        assert caught.value.connection_invalidated
        assert kept(runtime) == []


def test_what_the_database_refuses_under_a_session_undoes_its_transaction(runtime):
    with pytest.raises(IntegrityError), runtime.unit_of_work(system_actor()) as uow:
        add(uow.session, 1)
        add(uow.session, 1)
    assert kept(runtime) == []
    with runtime.unit_of_work(system_actor()) as uow:
        add(uow.session, 1)
        with pytest.raises(IntegrityError), uow.session.begin_nested():
            add(uow.session, 1)
        add(uow.session, 2, NOON + timedelta(minutes=1))
    assert kept(runtime) == [1, 2]


def test_what_the_database_refuses_is_raised_as_by_a_session(runtime):
    with Direct(runtime.engine) as direct:
        add(direct, 1)
        with pytest.raises(IntegrityError):
            add(direct, 1)


def test_a_database_that_is_busy_too_long_is_told_as_by_a_session(runtime):
    impatient = runtime.engine
    if impatient.dialect.name == "sqlite":
        impatient, hold = create_engine(impatient.url, connect_args={"timeout": 0.05}), "SELECT 1"
    else:
        impatient = create_engine(impatient.url, connect_args={"options": "-c lock_timeout=50"})
        hold = "LOCK TABLE feed_rows"
    with runtime.unit_of_work(system_actor()) as uow:
        uow.session.execute(text(hold))
        with pytest.raises(OperationalError), Direct(impatient) as direct:
            add(direct, 1)
    impatient.dispose()


def test_it_runs_what_it_knows_how_to_run_and_nothing_else(runtime):
    with Direct(runtime.engine) as direct:
        assert not hasattr(direct, "execute")
        Prepared(update(FeedHead.__table__).values(n=bindparam("n"))).rows(direct, n=1)
    assert Prepared(select(bindparam("at", type_=UTCDateTime()).label("at")))
