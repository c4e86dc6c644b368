"""The feed: compaction, order of commit, nothing missed by a reader, also when real processes race."""

from uuid import UUID

import pytest
from sqlalchemy import text

from kernel.actor import system_actor
from kernel.change_feed import EPOCH_SIZE, Change, append, begin_epoch, read_head, read_rows, scope_of
from kernel.runtime import Runtime
from tests.kernel import racing

REGION, OTHER = UUID(int=1), UUID(int=2)
ME, YOU = scope_of("user", UUID(int=11)), scope_of("user", UUID(int=12))


def put(name: str, scope: str = ME, region: UUID = REGION) -> Change:
    return Change(region, scope, "work_orders", name)


def write(runtime: Runtime, *changes: Change) -> None:
    with runtime.unit_of_work(system_actor()) as uow:
        uow.announce(changes)


def read(runtime: Runtime, since: int = 0, scopes: tuple[str, ...] = (ME,), limit: int = 100) -> list[tuple[str, str]]:
    with runtime.session() as session:
        return [(row.id, row.op) for row in read_rows(session, REGION, scopes, since=since, limit=limit)]


def head(runtime: Runtime, region: UUID = REGION) -> int:
    with runtime.session() as session:
        return read_head(session, region).seq


def test_an_empty_feed_stands_above_zero(runtime):
    assert head(runtime) == EPOCH_SIZE


def test_changes_come_in_the_order_of_their_commit_and_only_to_their_recipient(runtime):
    write(runtime, put("a"), put("b"))
    write(runtime, put("c"), put("d", YOU), put("e", ME, OTHER))
    assert read(runtime) == [("a", "put"), ("b", "put"), ("c", "put")]
    assert read(runtime, scopes=(YOU,)) == [("d", "put")]
    assert head(runtime) == EPOCH_SIZE + 4
    assert head(runtime, OTHER) == EPOCH_SIZE + 1


def test_a_document_has_one_row_with_its_newest_change(runtime):
    write(runtime, put("a"), put("b"), put("a"))
    first = head(runtime)
    write(runtime, Change(REGION, ME, "work_orders", "a", "del", "unassigned"))
    assert read(runtime) == [("b", "put"), ("a", "del")]
    assert read(runtime, since=first) == [("a", "del")]


def test_pages_of_any_size_bring_everything_once(runtime):
    write(runtime, *(put(f"{n:03}", scope) for n in range(50) for scope in (ME, YOU)))
    for size in (1, 3, 7, 100):
        since, got = 0, []
        while True:
            with runtime.session() as session:
                rows = read_rows(session, REGION, [ME, YOU], since=since, limit=size)
            if not rows:
                break
            got += [row.id for row in rows]
            since = rows[-1].seq
        assert sorted(got) == sorted(f"{n:03}" for n in range(50) for _ in range(2))


def test_a_rollback_gives_its_numbers_back(runtime):
    write(runtime, put("a"))
    with pytest.raises(RuntimeError), runtime.unit_of_work(system_actor()) as uow:
        append(uow.session, [put("lost")], uow.now)
        raise RuntimeError
    write(runtime, put("b"))
    assert read(runtime) == [("a", "put"), ("b", "put")]
    assert head(runtime) == EPOCH_SIZE + 2


def test_a_new_epoch_is_above_everything_before(runtime):
    write(runtime, put("a"))
    before = head(runtime)
    with runtime.unit_of_work(system_actor()) as uow:
        begin_epoch(uow.session, REGION)
    assert head(runtime) > before + EPOCH_SIZE // 2
    write(runtime, put("b"))
    assert read(runtime, since=head(runtime) - 1) == [("b", "put")]
    assert read(runtime) == read(runtime, since=before) == [("a", "put"), ("b", "put")]


def test_the_same_backup_restored_twice_leads_to_other_numbers(runtime):
    """A cursor of the first time is past the head of the second, or below where it begins: never in between."""
    write(runtime, put("a"))
    heads = set()
    for _ in range(3):
        with runtime.unit_of_work(system_actor()) as uow:
            begin_epoch(uow.session, REGION)
            found = read_head(uow.session, REGION)
            assert found.horizon == found.seq - 1
            heads.add(found.seq)
            uow.session.rollback()
    assert len(heads) == 3


def test_epochs_do_not_run_out_of_numbers(runtime):
    write(runtime, put("a"), put("b"))
    for _ in range(12):
        with runtime.unit_of_work(system_actor()) as uow:
            begin_epoch(uow.session, REGION)
    assert head(runtime) // EPOCH_SIZE == 13
    assert read(runtime, since=head(runtime) - 1) == [("b", "put")]


def test_pulling_uses_the_index_and_not_the_table(runtime):
    write(runtime, *(put(f"{n}") for n in range(20)))
    with runtime.session() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL enable_seqscan = off"))
            explain = "EXPLAIN "
        else:
            explain = "EXPLAIN QUERY PLAN "
        sql = "SELECT seq FROM feed_rows WHERE region_id = :r AND scope = :s AND seq > 5 ORDER BY seq LIMIT 3"
        region = REGION if explain == "EXPLAIN " else REGION.hex
        plan = " ".join(str(row) for row in session.execute(text(explain + sql), {"r": region, "s": ME}))
    assert "ix_feed_rows_pull" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_a_reader_misses_nothing_while_processes_write_and_roll_back(settings, runtime):
    write(runtime, put("first"))
    writers = racing.start(racing.write_for_a_while, *((settings, REGION, ME, n, 30) for n in range(3)))
    since, seen, order = 0, set(), []
    while True:
        over = not any(one.is_alive() for one in writers)
        with runtime.reading(system_actor()) as reading:
            top = read_head(reading.session, REGION).seq
            rows = [r for r in read_rows(reading.session, REGION, [ME], since=since, limit=1000) if r.seq <= top]
        assert all(row.seq > since for row in rows)
        seen |= {row.id for row in rows}
        order += [row.seq for row in rows]
        since = top
        if over:
            break
    assert all(one.exitcode == 0 for one in writers)
    with runtime.session() as session:
        stored = {row.id for row in read_rows(session, REGION, [ME], since=0, limit=10_000)}
    assert len(stored) > 60
    assert seen == stored
    assert order == sorted(order)
    assert head(runtime) - EPOCH_SIZE == len(stored)


def test_reading_the_head_after_the_rows_would_miss_one(settings, runtime):
    """Why the order matters, and that the race above can fail: PostgreSQL gives each statement a snapshot of its own."""
    write(runtime, put("first"))
    with runtime.session() as session:
        rows = read_rows(session, REGION, [ME], since=0, limit=10)
        write(runtime, put("between"))
        top = read_head(session, REGION).seq
    missed = top > max(row.seq for row in rows)
    assert missed == settings.database_url.startswith("postgresql")
