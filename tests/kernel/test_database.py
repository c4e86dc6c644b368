"""Both engines keep the same values, write many rows with one statement, page by key, and lose no update."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    false,
    insert,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from dispatch.territory.models import Station
from kernel.actor import system_actor
from kernel.bulk import insert_rows, update_rows
from kernel.change_feed import FeedHead
from kernel.database import Document, UTCDateTime, dump_json, one_of, read_page, word, words
from migrations.tables import METADATA
from tests.conftest import NOW
from tests.kernel import racing
from tests.statements import recorded

THINGS = Table(
    "test_things",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("name", String(40)),
    Column("small", Integer),
    Column("large", BigInteger),
    Column("yes", Boolean),
    Column("ratio", Float),
    Column("raw", LargeBinary),
    Column("doc", Document),
    Column("at", UTCDateTime()),
    Column("owner_id", Uuid),
)
NOTHING: dict[str, Any] = dict.fromkeys(
    ["id", "name", "small", "large", "yes", "ratio", "raw", "doc", "at", "owner_id"]
)


@pytest.fixture
def session(undone):
    """A session on a database with the table of this test."""
    THINGS.create(undone.session.connection())
    return undone.session


def thing(number: int, **values: Any) -> dict[str, Any]:
    return {**NOTHING, "id": UUID(int=number), **values}


def stored(session) -> dict[int, dict[str, Any]]:
    rows = session.execute(select(THINGS).order_by(THINGS.c.id)).mappings()
    return {row["id"].int: {name: row[name] for name in row if row[name] is not None and name != "id"} for row in rows}


class Colour(StrEnum):
    RED = "red"


VALUES = {
    "unicode": {"name": "涟水县 🛠 Ünïcode"},
    "quotes": {"name": """it's "quoted" \\ {braces} :colon %s --"""},
    "control characters": {"name": "tab\tline\r\nbell\x07"},
    "an empty text": {"name": ""},
    "text that looks like a number": {"name": "007"},
    "text that looks like JSON": {"name": '{"a": [1, null]}'},
    "text that looks like null": {"name": "null"},
    "an enum's member": {"name": Colour.RED},
    "whole numbers": {"small": -(2**31), "large": 2**63 - 1},
    "the least number": {"small": 0, "large": -(2**63)},
    "true": {"yes": True},
    "false": {"yes": False},
    "a float": {"ratio": 0.1 + 0.2},
    "an extreme float": {"ratio": 1.7976931348623157e308},
    "a float without a fraction": {"ratio": 33.0},
    "bytes": {"raw": bytes(range(256))},
    "no bytes at all": {"raw": b""},
    "an id": {"owner_id": UUID(int=2**128 - 1)},
    "a microsecond": {"at": datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC)},
    "a whole second": {"at": datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)},
    "an early year": {"at": datetime(1, 1, 2, tzinfo=UTC)},
    "a nested document": {"doc": {"a": [1, 2.5, None, True, {"é": "涟'\"\\"}], "big": 2**63 - 1}},
    "a list": {"doc": []},
    "an empty document": {"doc": {}},
    "a text as document": {"doc": "it's"},
    "a number as document": {"doc": 0},
    "a fraction as document": {"doc": -12.5},
    "false as document": {"doc": False},
}


def test_a_value_comes_back_as_it_went_in(session):
    insert_rows(session, THINGS, [thing(n, **values) for n, values in enumerate(VALUES.values())])
    assert stored(session) == dict(enumerate(VALUES.values()))
    for n, values in enumerate(VALUES.values()):
        update_rows(session, THINGS, [{"id": UUID(int=n), **dict.fromkeys(values)}], key=["id"])
    assert stored(session) == {n: {} for n in range(len(VALUES))}
    for n, values in enumerate(VALUES.values()):
        update_rows(session, THINGS, [{"id": UUID(int=n), **values}], key=["id"])
    assert stored(session) == dict(enumerate(VALUES.values()))


def test_rows_in_bulk_are_kept_exactly_as_rows_one_by_one(session):
    """What one way stores, the other finds: the same text for an id, a time and a document."""
    rows = [thing(n, **VALUES[name]) for n, name in enumerate(VALUES)]
    session.execute(insert(THINGS), rows)
    insert_rows(session, THINGS, [{**row, "id": UUID(int=row["id"].int + 1000)} for row in rows])
    hidden = "quote(raw)" if session.get_bind().dialect.name == "sqlite" else "encode(raw, 'hex')"
    names = ", ".join(f"CAST({name} AS text)" for name in NOTHING if name not in ("id", "raw"))
    kept = session.execute(text(f"SELECT {names}, {hidden} FROM test_things ORDER BY id")).all()
    assert kept[: len(rows)] == kept[len(rows) :]
    for name, values in VALUES.items():
        for column, value in values.items():
            if column != "doc":
                found = session.scalars(select(THINGS.c.id).where(THINGS.c[column] == value)).all()
                assert len(found) >= 2, name
                assert len(found) % 2 == 0, name


def test_any_number_of_rows_is_one_statement(session):
    with recorded(session) as seen:
        insert_rows(session, THINGS, [thing(n, name=str(n)) for n in range(1500)])
        update_rows(session, THINGS, [{"id": UUID(int=n), "name": "new"} for n in range(0, 1500, 2)], key=["id"])
        insert_rows(session, THINGS, [])
        update_rows(session, THINGS, [], key=["id"])
    assert len(seen) == 2
    names = [row["name"] for row in stored(session).values()]
    assert names == ["new" if n % 2 == 0 else str(n) for n in range(1500)]


def test_times_of_any_zone_are_the_same_moment_in_utc(session):
    shanghai = timezone(timedelta(hours=8))
    session.execute(insert(THINGS), [thing(1, at=NOW.astimezone(shanghai))])
    insert_rows(session, THINGS, [thing(2, at=NOW.astimezone(shanghai))])
    moments = [row["at"] for row in stored(session).values()]
    assert moments == [NOW, NOW]
    assert {moment.tzinfo for moment in moments} == {UTC}


def test_a_naive_time_is_refused_by_every_way_in(session):
    naive = datetime(2026, 11, 22)  # noqa: DTZ001 - what must not get in
    with pytest.raises(StatementError, match="naive"):
        session.execute(insert(THINGS), [thing(1, at=naive)])
    with pytest.raises(StatementError, match="naive"):
        session.execute(select(THINGS).where(THINGS.c.at < naive))
    with pytest.raises(ValueError, match="naive"):
        insert_rows(session, THINGS, [thing(1, at=NOW), thing(2, at=naive)])
    with pytest.raises(ValueError, match="naive"):
        update_rows(session, THINGS, [{"id": UUID(int=1), "at": naive}], key=["id"])
    assert stored(session) == {}


def test_no_document_is_null_and_not_the_word_null(session):
    session.execute(insert(THINGS), [thing(1, doc=None)])
    insert_rows(session, THINGS, [thing(2, doc=None)])
    assert len(session.execute(select(THINGS.c.id).where(THINGS.c.doc.is_(None))).all()) == 2


def test_rows_that_are_there_may_be_kept_or_replaced(session):
    insert_rows(session, THINGS, [thing(1, name="a", small=1), thing(2, name="b", small=2)])
    insert_rows(session, THINGS, [thing(2, name="c"), thing(3, name="d")], on_conflict="(id) DO NOTHING")
    assert {number: row["name"] for number, row in stored(session).items()} == {1: "a", 2: "b", 3: "d"}
    insert_rows(
        session, THINGS, [thing(1, name="e"), thing(4, name="f")], on_conflict="(id) DO UPDATE SET name = excluded.name"
    )
    assert stored(session)[1] == {"name": "e", "small": 1}
    assert stored(session)[4] == {"name": "f"}


def test_a_row_that_is_there_is_refused_unless_it_is_said_what_to_do(session):
    insert_rows(session, THINGS, [thing(1)])
    with pytest.raises(IntegrityError), session.begin_nested():
        insert_rows(session, THINGS, [thing(1)])


def test_what_was_written_is_returned_with_its_python_types(session):
    insert_rows(session, THINGS, [thing(1)])
    rows = insert_rows(
        session,
        THINGS,
        [thing(n, at=NOW, raw=b"\x00\xff", yes=True, doc={"n": n}, owner_id=UUID(int=9)) for n in (1, 2, 3)],
        on_conflict="(id) DO NOTHING",
        returning=["id", "at", "raw", "yes", "doc", "owner_id"],
    )
    assert sorted(tuple(row) for row in rows) == [
        (UUID(int=n), NOW, b"\x00\xff", True, {"n": n}, UUID(int=9)) for n in (2, 3)
    ]
    assert {row.id for row in rows} == {UUID(int=2), UUID(int=3)}


def test_an_update_finds_its_row_by_all_key_columns_and_touches_no_other(session):
    insert_rows(session, THINGS, [thing(n, name=name, small=n) for n, name in ((1, "a"), (2, "b"), (3, "c"))])
    rows = [{"id": UUID(int=1), "name": "a", "small": 10}, {"id": UUID(int=2), "name": "not b", "small": 20}]
    update_rows(session, THINGS, rows, key=["id", "name"])
    assert [row["small"] for row in stored(session).values()] == [10, 2, 3]


def test_an_id_as_text_is_found_wherever_it_is_kept_as_text(session):
    insert_rows(session, THINGS, [thing(1, name=UUID(int=7))])
    assert stored(session)[1]["name"] == str(UUID(int=7))


def test_text_that_is_too_long_never_comes_back_shorter(session):
    try:
        with session.begin_nested():
            insert_rows(session, THINGS, [thing(1, name="x" * 41)])
    except DataError:
        assert session.get_bind().dialect.name == "postgresql"
    else:
        assert stored(session)[1]["name"] == "x" * 41


def test_no_name_of_a_table_or_column_needs_quotes_on_either_engine(undone):
    """The bulk statements are written by hand, from names."""
    for table in METADATA.tables.values():
        names = ", ".join(table.columns.keys())
        undone.session.execute(text(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {table.name} WHERE 1 = 0"))


def test_a_document_is_written_with_times_in_utc_and_text_as_it_is():
    assert dump_json({"at": NOW, "名": "涟水", "id": UUID(int=1)}) == (
        '{"at":"2026-11-22T01:00:00Z","名":"涟水","id":"00000000-0000-0000-0000-000000000001"}'
    )


def test_an_enum_fits_its_column_or_the_program_does_not_start():
    assert word(Colour, 3).length == 3
    with pytest.raises(ValueError, match="Colour"):
        word(Colour, 2)
    assert str(words("colour", Colour).sqltext) == "colour IN ('red')"


# Keys with many ties, so that pages end in the middle of one.
NUMBERS = [(n % 3, f"name {n % 5}", n) for n in range(23)]


@pytest.fixture
def listed(session):
    insert_rows(
        session,
        THINGS,
        [thing(n, small=small, name=name, at=NOW + timedelta(hours=small)) for small, name, n in NUMBERS],
    )
    return session


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    size=st.integers(1, 25),
    descending=st.booleans(),
    names=st.sampled_from([("id",), ("small", "id"), ("at", "id"), ("name", "small", "id"), ("at", "name", "id")]),
    only=st.sampled_from([None, 0, 7]),
)
def test_pages_of_any_size_make_up_the_whole_list_once(listed, size, descending, names, only):
    key = [THINGS.c[name] for name in names]
    statement = select(THINGS.c.small, THINGS.c.name, THINGS.c.at, THINGS.c.id)
    if only is not None:
        statement = statement.where(THINGS.c.small == only)
    ordered = statement.order_by(*(column.desc() if descending else column.asc() for column in key))
    whole = listed.execute(ordered).all()
    pages, after = [], None
    while True:
        page = read_page(listed, statement, key=key, limit=size, after=after, descending=descending)
        pages.append(page.items)
        assert len(pages) <= 25, "it goes on"
        after = page.after
        if after is None:
            break
    assert [row for page in pages for row in page] == whole
    assert all(len(page) == size for page in pages[:-1])
    assert bool(pages[-1]) == bool(whole), "no page is empty, unless the list is"


PARTS = {
    "none": [],
    "one": [THINGS.c.small == 1],
    "two that overlap": [THINGS.c.small == 1, THINGS.c.name == "name 2"],
    "three, one of nothing": [THINGS.c.small == 0, THINGS.c.name == "name 4", THINGS.c.small == 9],
    "all": [true(), THINGS.c.small == 1],
}


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    size=st.integers(1, 25),
    descending=st.booleans(),
    names=st.sampled_from([("id",), ("at", "id"), ("name", "small", "id")]),
    parts=st.sampled_from(sorted(PARTS)),
)
def test_a_list_of_rows_that_meet_any_of_some_conditions_is_that_of_the_or(listed, size, descending, names, parts):
    key = [THINGS.c[name] for name in names]
    statement = select(THINGS.c.at, THINGS.c.name, THINGS.c.small, THINGS.c.id).where(THINGS.c.id != UUID(int=7))
    ordered = statement.order_by(*(column.desc() if descending else column.asc() for column in key))
    whole = listed.execute(ordered.where(or_(false(), *PARTS[parts]))).all()
    found, after = [], None
    while True:
        page = read_page(
            listed, statement, key=key, limit=size, after=after, descending=descending, any_of=PARTS[parts]
        )
        found += page.items
        assert len(found) <= len(whole), "it goes on"
        after = page.after
        if after is None:
            break
    assert found == whole


def test_a_page_costs_one_statement_and_never_an_offset(listed):
    with recorded(listed) as seen:
        read_page(listed, select(THINGS.c.id), key=[THINGS.c.id], limit=5, after=(UUID(int=9),))
    assert len(seen) == 1
    assert "offset" not in seen[0].lower().replace("limit ? offset ?", "")


def test_one_of_thousands_of_ids_is_found_with_one_parameter(undone):
    keys = [UUID(int=n) for n in range(1, 5)]
    heads = [{"region_id": key, "epoch": 1, "n": 0, "horizon": 0} for key in keys]
    insert_rows(undone.session, FeedHead, heads)
    for wanted in (set(), {keys[1]}, {*keys[:3], *(UUID(int=n) for n in range(100, 6000))}):
        condition = one_of(undone.session, FeedHead.region_id, wanted)
        found = undone.session.scalars(select(FeedHead.region_id).where(condition))
        assert set(found) == wanted & set(keys)


def test_a_row_that_refers_to_nothing_is_refused(undone):
    missing = dict.fromkeys(str(column.name) for column in Station.__table__.columns)
    row = {
        **missing,
        "id": UUID(int=1),
        "region_id": UUID(int=404),
        "code": "S",
        "name": "S",
        "version": 1,
        "created_at": NOW,
    }
    with pytest.raises(IntegrityError, match=r"FOREIGN KEY|foreign key"):
        insert_rows(undone.session, Station, [row])


def test_the_databases_keep_the_rules_of_the_house(shared_runtime):
    settings = shared_runtime.settings
    with shared_runtime.session() as session:
        if settings.database_url.startswith("sqlite"):
            assert session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert session.scalar(text("PRAGMA foreign_keys")) == 1
            assert session.scalar(text("PRAGMA busy_timeout")) == settings.lock_timeout_ms
        else:
            assert session.scalar(text("SHOW timezone")) == "UTC"
            assert session.scalar(text("SHOW transaction_isolation")) == "read committed"
            assert session.scalar(text("SHOW lock_timeout")) == f"{settings.lock_timeout_ms // 1000}s"


def test_a_reader_does_not_keep_a_writer_out(runtime):
    with runtime.reading(system_actor()) as reading:
        assert reading.session.scalar(select(FeedHead.n)) is None
        with runtime.unit_of_work(system_actor()) as uow:
            uow.session.add(FeedHead(region_id=UUID(int=1), epoch=1, n=5, horizon=0))
        with runtime.session() as later:
            assert later.scalar(select(FeedHead.n)) == 5


def test_two_processes_that_read_and_then_write_lose_no_update(settings, runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        uow.session.add(FeedHead(region_id=UUID(int=1), epoch=1, n=0, horizon=0))
    writers = racing.start(racing.count_up, (settings, 50), (settings, 50))
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0, 0]
    with runtime.session() as session:
        assert session.scalar(select(FeedHead.n)) == 100
