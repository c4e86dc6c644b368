"""The second lock: with the first one broken on purpose, PostgreSQL itself shows nobody another region's rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Uuid, column, select, table, text, true
from sqlalchemy.exc import DBAPIError

from api.transactions import RUNTIME
from dispatch.accounts.queries import actor_of_user
from kernel import row_security
from kernel.actor import Scope, system_actor
from kernel.clock import FixedClock
from kernel.direct import Prepared
from kernel.runtime import Runtime
from tests.api.conftest import NO_REDIS, make_runtime
from tests.api.leaks.furnishing import mark
from tests.api.leaks.house import House, settle_in
from tests.conftest import NOW, settings_for
from tests.servers import Postgres


@pytest.fixture(scope="module")
def twins(
    postgres: Postgres, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, House]]:
    """The same world twice: with the second lock, and without."""
    folder = tmp_path_factory.mktemp("twins")
    first = postgres.create_database(template=postgres_template)
    plain = make_runtime(settings_for(folder, first, NO_REDIS), FixedClock(NOW))
    house = settle_in(plain, None)
    plain.engine.dispose()
    second = postgres.copy_database(first)
    settings = replace(settings_for(folder, second, NO_REDIS), row_security="yes")
    bound = make_runtime(settings, FixedClock(NOW))
    with bound.engine.begin() as connection:
        assert row_security.unlocked(connection)
        row_security.switch_on(connection)
        assert row_security.unlocked(connection) == []
    yield house, House(house.app, bound, house.world, house.rows, None)
    plain.close()
    bound.close()


@pytest.fixture
def locked(twins: tuple[House, House]) -> Iterator[House]:
    """The one with the lock, behind the API."""
    with behind(twins[1]) as house:
        yield house


@contextmanager
def behind(house: House) -> Iterator[House]:
    """Let the application work on this world."""
    before = house.app.extensions[RUNTIME]
    house.app.extensions[RUNTIME] = house.runtime
    try:
        yield house
    finally:
        house.app.extensions[RUNTIME] = before


def identified(house: House, who: str):
    return lambda session, now: actor_of_user(session, house.world.people[who], now)


def rows_seen(runtime: Runtime, actor, tables) -> dict[str, set[str]]:
    with runtime.reading(actor) as reading:
        return {
            name: {str(row[0]) for row in reading.session.execute(text(f"SELECT {key} FROM {name}"))}
            for name, key in tables.items()
        }


def test_a_query_without_any_scope_finds_only_rows_of_the_callers_regions(locked):
    with locked.runtime.engine.begin() as connection:
        tables = {
            name: "id" if name == "regions" else "region_id" for name in row_security.tables_with_regions(connection)
        }
    home = str(locked.world.places["near"].region_id)
    for who in ("operations", "leader", "technician", "nobody", "assessor"):
        seen = rows_seen(locked.runtime, identified(locked, who), tables)
        wrong = {name: found for name, found in seen.items() if not found <= {home, "None"}}
        assert wrong == {}, who
        assert sum(home in found for found in seen.values()) > 90
    all_of_it = rows_seen(locked.runtime, identified(locked, "administrator"), tables)
    assert sum(len(found) > 1 for found in all_of_it.values()) > 90
    assert all_of_it == rows_seen(locked.runtime, system_actor(), tables)


def test_what_phones_ask_past_the_session_is_bound_as_well(locked):
    regions = Prepared(select(column("region_id", Uuid())).select_from(table("work_orders")))
    home = locked.world.places["near"].region_id
    with locked.runtime.direct_reading(identified(locked, "technician")) as reading:
        assert {row[0] for row in regions.rows(reading.session)} == {home}
    with locked.runtime.direct_unit_of_work(identified(locked, "technician")) as uow:
        assert {row[0] for row in regions.rows(uow.session)} == {home}
    with locked.runtime.direct_reading(lambda *_: system_actor()) as reading:
        assert len({row[0] for row in regions.rows(reading.session)}) == 2


def test_nothing_is_written_into_another_region(locked):
    abroad, there = locked.world.places["abroad"].region_id, "WHERE region_id = :abroad"
    with locked.runtime.unit_of_work(identified(locked, "operations")) as uow:
        for name in ("customers", "work_orders", "zones", "role_grants"):
            touched = uow.session.execute(text(f"UPDATE {name} SET id = id {there}"), {"abroad": abroad})
            assert touched.rowcount == 0
            gone = uow.session.execute(text(f"DELETE FROM {name} {there}"), {"abroad": abroad})
            assert gone.rowcount == 0
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        locked.runtime.unit_of_work(identified(locked, "operations")) as uow,
    ):
        uow.session.execute(text("UPDATE customers SET region_id = :abroad"), {"abroad": abroad})


def test_with_the_first_lock_broken_nothing_of_another_region_gets_out(locked, monkeypatch):
    listings = [one for one in locked.operations if one.method == "GET" and not one.device and not one.open]
    foreign = locked.foreign_ids("abroad", "near")
    monkeypatch.setattr(Scope, "parts", lambda *_, **__: [true()])
    monkeypatch.setattr(Scope, "covers", lambda *_, **__: True)
    told, shown = [], 0
    for operation in listings:
        rows = locked.rows["abroad" if "{" in operation.path else "near"]
        answer = locked.call("operations", operation, rows)
        assert answer.status < 500, (operation.name, answer)
        shown += answer.status == 200
        asked = {str(value) for row in rows.values() for value in row.values()} if "{" in operation.path else set()
        if answer.ids() & (foreign - asked) or mark("abroad") in answer.text:
            told.append((operation.name, answer.text[:300]))
    assert told == []
    assert shown > 60


def test_the_second_lock_holds_for_keys_as_well(locked, monkeypatch):
    foreign = locked.foreign_ids("abroad", "near")
    monkeypatch.setattr(Scope, "parts", lambda *_, **__: [true()])
    monkeypatch.setattr(Scope, "covers", lambda *_, **__: True)
    shown = 0
    for operation in locked.operations:
        if operation.method == "GET" and "{" not in operation.path and not operation.device and not operation.open:
            answer = locked.call("key", operation, locked.rows["near"])
            shown += answer.status == 200
            assert not answer.ids() & foreign, operation.name
    assert shown > 10


def test_without_the_second_lock_the_broken_first_one_would_tell(twins, monkeypatch):
    monkeypatch.setattr(Scope, "parts", lambda *_, **__: [true()])
    told = 0
    with behind(twins[0]) as plain:
        foreign = plain.foreign_ids("abroad", "near")
        for operation in plain.operations:
            if operation.method == "GET" and "{" not in operation.path and not operation.device and not operation.open:
                told += bool(plain.call("operations", operation, plain.rows["near"]).ids() & foreign)
    assert told > 30


@pytest.mark.parametrize("who", ["operations", "technician"])
def test_every_operation_answers_alike_with_the_lock_and_without(twins, who):
    """Both worlds go the same way: every operation is called in turn in each, and changes what it changes."""
    answered = []
    for house in twins:
        found = []
        with behind(house):
            for operation in house.operations:
                ends = operation.path in ("/v1/logout", "/v1/me/password") or "sessions" in operation.path
                if not operation.device and not operation.open and not ends:
                    found.append((operation.name, house.call(who, operation, house.rows["near"]).status))
        answered.append(found)
    assert [pair for pair in zip(*answered, strict=True) if pair[0] != pair[1]] == []
    assert sum(status < 300 for _, status in answered[0]) > 60


def test_a_forgotten_lock_lets_nobody_in(postgres, postgres_template, tmp_path):
    url = postgres.create_database(template=postgres_template)
    runtime = make_runtime(replace(settings_for(tmp_path, url, NO_REDIS), row_security="yes"), FixedClock(NOW))
    nobody = replace(system_actor(), scope=Scope(system_actor().user_id), grants=frozenset())
    with pytest.raises(DBAPIError), runtime.reading(nobody) as reading:
        reading.session.execute(text("SELECT 1 FROM work_orders"))
    runtime.close()
    postgres.drop_database(url)


def test_what_is_switched_off_is_gone_and_may_be_switched_on_again(twins):
    _, house = twins
    with house.runtime.engine.connect() as connection, connection.begin() as transaction:
        names = row_security.switch_off(connection)
        assert len(names) > 90
        assert row_security.locked(connection) == []
        assert row_security.switch_on(connection) == sorted(names)
        transaction.rollback()
