import contextlib
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import delete, event, inspect

from cli.console import Complaint
from cli.database import migrate, open_engine, read_form
from dispatch.sla.models import ClockEventRow, SlaClock
from kernel import change_feed, row_security
from kernel.actor import system_actor
from kernel.database import make_engine
from kernel.settings import Settings
from tests.dispatch.work_orders.ground import make_ground
from tests.factories import region


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """Settings for a database with nothing in it."""
    if request.param == "sqlite":
        yield Settings.from_environment({"FIELDBEAT_DATA_DIR": str(tmp_path / "data")})
        return
    server = request.getfixturevalue("postgres")
    url = server.create_database()
    yield Settings.from_environment({"FIELDBEAT_DATA_DIR": str(tmp_path / "data"), "FIELDBEAT_DATABASE_URL": url})
    server.drop_database(url)


def test_orders_from_before_there_were_clocks_get_theirs_once(fieldbeat, runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        ground = make_ground(uow)
        for _ in range(3):
            ground.order()
        uow.session.execute(delete(ClockEventRow))
        uow.session.execute(delete(SlaClock))
    assert "3 orders have clocks now" in fieldbeat("db", "clocks").stdout
    assert "0 orders have clocks now" in fieldbeat("db", "clocks").stdout


def test_a_database_goes_all_the_way_forward_and_back(empty):
    engine = open_engine(empty)
    assert read_form(engine).current is None
    migrate(engine)
    form = read_form(engine)
    assert form.is_newest
    assert {"work_orders", "sync_ops"} <= set(inspect(engine).get_table_names())

    migrate(engine, "base", back=True)
    assert read_form(engine).current is None
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate(engine)
    assert read_form(engine) == form
    engine.dispose()


def test_a_revision_that_does_not_exist_is_told(empty):
    engine = open_engine(empty)
    with pytest.raises(Complaint, match="cannot be brought to 9999"):
        migrate(engine, "9999")
    engine.dispose()


def test_several_that_start_at_once_migrate_once(empty):
    open_engine(empty).dispose()
    environment = {"FIELDBEAT_DATA_DIR": str(empty.data_dir), "FIELDBEAT_DATABASE_URL": empty.database_url}
    started = [
        subprocess.Popen([sys.executable, "-m", "cli.main", "db", "upgrade"], env=environment, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    errors = [each.communicate()[1].decode() for each in started]
    assert [each.returncode for each in started] == [0, 0], errors
    engine = make_engine(empty)
    assert read_form(engine).is_newest
    engine.dispose()


def test_whoever_comes_while_another_is_on_its_way_waits_and_finds_it_done(empty):
    """However short the patience with locks; and no matter whether it comes between two steps or within one."""
    engine = open_engine(empty)
    migrate(engine, "0054")
    environment = {
        "FIELDBEAT_DATA_DIR": str(empty.data_dir),
        "FIELDBEAT_DATABASE_URL": empty.database_url,
        "FIELDBEAT_LOCK_TIMEOUT_MS": "100",
    }
    begun, comers = [], []

    def come(_connection, _cursor, statement, *_rest):
        if statement.startswith("BEGIN"):
            begun.append(statement)
        if (len(begun) > 1 or statement.startswith("UPDATE alembic_version")) and not comers:
            comers.append(subprocess.Popen([sys.executable, "-m", "cli.main", "db", "upgrade"], env=environment))
            with contextlib.suppress(subprocess.TimeoutExpired):
                comers[0].wait(4)

    event.listen(engine, "before_cursor_execute", come)
    migrate(engine)
    assert [one.wait() for one in comers] == [0]
    assert read_form(engine).is_newest
    engine.dispose()


def test_the_commands_say_where_the_database_stands(command, empty):
    environment = {"FIELDBEAT_DATABASE_URL": empty.database_url}
    folder = str(empty.data_dir)
    said = [
        command("db", *words, "--data-dir", folder, **environment)
        for words in (["current"], ["upgrade"], ["current"], ["downgrade", "base"])
    ]
    assert [one.returncode for one in said] == [0, 0, 0, 0]
    assert [one.stdout.partition(":")[0] for one in said] == [
        "The database is empty",
        f"The database stands at {read_newest(empty)}",
        f"The database stands at {read_newest(empty)}",
        "The database is empty",
    ]


def read_newest(settings):
    engine = make_engine(settings)
    newest = read_form(engine).newest
    engine.dispose()
    return newest


def test_a_database_that_does_not_answer_is_told_in_one_sentence_without_its_password(command):
    said = command("db", "current", FIELDBEAT_DATABASE_URL="postgresql://someone:secret@127.0.0.1:1/fieldbeat")
    assert said.returncode == 1
    assert "someone:***@127.0.0.1:1/fieldbeat cannot be reached" in said.stderr
    assert "FIELDBEAT_DATABASE_URL" in said.stderr
    assert "secret" not in said.stderr
    assert said.stderr.count("\n") == 1


def test_a_backup_is_whole_while_others_write(fieldbeat, settings, runtime, tmp_path):
    copy = tmp_path / "copy.db"
    if runtime.engine.dialect.name == "postgresql":
        said = fieldbeat("db", "backup", copy)
        assert said.returncode == 1
        assert "pg_dump" in said.stderr
        return
    with runtime.unit_of_work(system_actor()) as uow:
        region(uow)
        uow.session.flush()
        assert fieldbeat("db", "backup", copy).returncode == 0
    with contextlib.closing(sqlite3.connect(copy)) as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert found.execute("SELECT count(*) FROM regions").fetchone() == (0,)
    again = fieldbeat("db", "backup", copy)
    assert (again.returncode, again.stderr) == (1, f"{copy} is there already: choose another name.\n")


def test_after_a_restore_every_phone_starts_over(fieldbeat, runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        region_ids = [region(uow), region(uow)]
        before = [
            change_feed.read_head(uow.session, region_id).seq // change_feed.EPOCH_SIZE for region_id in region_ids
        ]
    assert fieldbeat("db", "restored", stdin="n\n").returncode == 130
    said = fieldbeat("db", "restored", "--yes")
    assert (said.returncode, said.stdout) == (0, "A new epoch has begun in 2 regions.\n")
    with runtime.session() as session:
        after = [change_feed.read_head(session, region_id).seq // change_feed.EPOCH_SIZE for region_id in region_ids]
    assert after == [epoch + 1 for epoch in before]


def test_the_lock_on_rows_is_put_on_kept_over_migrations_and_taken_off(fieldbeat, settings):
    engine = open_engine(settings)

    def locked():
        with engine.connect() as connection:
            return row_security.locked(connection)

    if engine.dialect.name == "sqlite":
        assert "Only PostgreSQL can lock rows" in fieldbeat("db", "row-security", "on").stderr
    else:
        assert "tables are locked by region" in fieldbeat("db", "row-security", "on").stdout
        names = locked()
        assert len(names) > 90
        migrate(engine, "-1", back=True)
        migrate(engine)
        assert locked() == names
        assert f"{len(names)} tables are locked by region." in fieldbeat("db", "row-security", "show").stdout
        fieldbeat("db", "row-security", "off")
        assert locked() == []
    engine.dispose()
