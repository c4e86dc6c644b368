"""Every step goes forward and back on both engines, and what they build is what the models say."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    Engine,
    LargeBinary,
    String,
    Table,
    Time,
    Uuid,
    insert,
    inspect,
    text,
)
from sqlalchemy.exc import DBAPIError

from kernel.database import UTCDateTime, make_engine
from kernel.settings import Settings
from migrations.tables import METADATA
from tests.conftest import NOW, ROOT

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("[0-9]*.py"))
SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
TABLES = {table.name for table in METADATA.tables.values()}
CHECKS = [
    pytest.param(table, constraint, id=f"{table.name}.{constraint.name}")
    for table in METADATA.sorted_tables
    for constraint in sorted(table.constraints, key=lambda one: str(one.name))
    if isinstance(constraint, CheckConstraint)
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An empty database on each engine; a test that migrates leaves it at the head."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('steps') / 'fieldbeat.db'}"
    else:
        url = request.getfixturevalue("postgres").create_database()
    made = make_engine(Settings.from_environment({"FIELDBEAT_DATABASE_URL": url}))
    run(made, command.upgrade, "head")
    yield made
    made.dispose()


def run(engine: Engine, what: Callable[..., Any], *args: str) -> None:
    """Run a command of Alembic on this database."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        what(config, *args)


def shape(engine: Engine) -> dict[str, str]:
    """Describe everything that is in a database: by its kind and name, how it was defined."""
    if engine.dialect.name == "sqlite":
        sql = "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master"
    else:
        sql = """
        SELECT 'column ' || table_name || '.' || column_name,
               concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
        UNION ALL SELECT 'sequence ' || sequencename, '' FROM pg_sequences WHERE schemaname = 'public'
        UNION ALL SELECT 'type ' || typname, '' FROM pg_type WHERE typnamespace = 'public'::regnamespace
          AND typtype IN ('e', 'd')
        """
    with engine.connect() as connection:
        rows = connection.execute(text(sql)).all()
    return {name: plain(definition) for name, definition in rows if "alembic_version" not in name}


def plain(definition: str) -> str:
    """Write a definition without what says nothing: SQLite keeps a table as somebody or Alembic typed it."""
    # A column that was added later stands behind a comma in the line of the one before it.
    parts = re.split(r"\n|, (?=\w+ [A-Z]+[ (])", definition.replace('"', ""))
    lines = (re.sub(r"\s+", " ", line).strip(" ,") for line in parts)
    return "\n".join(sorted(line for line in lines if line))


def test_up_then_down_to_nothing_then_up_again_is_the_same(engine):
    first = shape(engine)
    run(engine, command.downgrade, "base")
    left = shape(engine)
    run(engine, command.upgrade, "head")
    assert left == {}
    assert shape(engine) == first


def test_every_step_may_be_taken_back_by_itself(engine):
    run(engine, command.downgrade, "base")
    for revision in REVISIONS:
        before = shape(engine)
        run(engine, command.upgrade, revision)
        after = shape(engine)
        run(engine, command.downgrade, "-1")
        assert shape(engine) == before, revision
        run(engine, command.upgrade, revision)
        assert shape(engine) == after, revision
        assert after != before, f"{revision} changes nothing"


def test_the_steps_build_what_the_models_say(engine):
    run(engine, command.check)


def test_every_table_is_there_with_its_columns(engine):
    found = inspect(engine)
    assert set(found.get_table_names()) - {"alembic_version"} == TABLES
    for table in METADATA.sorted_tables:
        assert {column["name"] for column in found.get_columns(table.name)} == set(table.columns.keys())


@pytest.mark.parametrize(("table", "constraint"), CHECKS)
def test_a_column_of_words_takes_every_known_one_and_no_other(engine, table, constraint):
    """Alembic does not compare checks, so nothing else tells that a new member of an enum needs a step."""
    column, known = words_of(constraint)
    assert known
    assert refusals(engine, table, constraint, column, [*known, "nonsense", "", known[0].upper()]) == [
        "nonsense",
        "",
        known[0].upper(),
    ]


def words_of(constraint: CheckConstraint) -> tuple[str, list[str]]:
    """Read the column and its words from a check such as `status IN ('open', 'closed')`."""
    match = re.fullmatch(r"(\w+) IN \((.*)\)", str(constraint.sqltext))
    assert match, constraint.sqltext
    return match[1], re.findall("'([^']*)'", match[2])


def refusals(engine: Engine, table: Table, constraint: CheckConstraint, column: str, given: list[str]) -> list[str]:
    """Return those of these words that the constraint refuses; what else is wrong with such a row is not asked."""
    refused = []
    with engine.connect() as connection:
        for one in given:
            row = {name: None if each.nullable else some(each) for name, each in table.columns.items()}
            try:
                with connection.begin_nested():
                    connection.execute(insert(table), [{**row, column: one}])
            except DBAPIError as error:
                if str(constraint.name) in str(error.orig):
                    refused.append(one)
        connection.rollback()
    return refused


def some(column: Any) -> Any:
    """Make up a value of a column's type."""
    for check in column.table.constraints:
        if isinstance(check, CheckConstraint) and words_of(check)[0] == column.name:
            return words_of(check)[1][0]
    values = {UTCDateTime: NOW, JSON: {}, Uuid: UUID(int=7), LargeBinary: b"", Boolean: False, String: "x"}
    values |= {Date: NOW.date(), Time: NOW.time()}
    return next((value for kind, value in values.items() if isinstance(column.type, kind)), 0)


def test_there_is_one_line_of_steps():
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1
    assert len(REVISIONS) == len(VERSIONS)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_step_says_why_and_can_really_go_back(path: Path):
    tree = ast.parse(path.read_text("utf-8"))
    reason = re.search(r"^Why: (.+)", ast.get_docstring(tree) or "", re.MULTILINE)
    assert reason, "its docstring says why"
    assert "say it here" not in reason[1]
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name in ("upgrade", "downgrade"):
        deeds = [node for node in ast.walk(functions[name]) if isinstance(node, ast.Call)]
        assert deeds, f"{name} does something"


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_step_depends_on_no_code_that_may_change(path: Path):
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else names_of(node))
    }
    assert imported <= {"sqlalchemy", "alembic"}


def names_of(node: ast.AST) -> list[str]:
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_alembics_own_command_finds_its_configuration_and_the_database_of_the_settings(tmp_path):
    environment = {**os.environ, "FIELDBEAT_DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}"}
    subprocess.run(
        [sys.executable, "-m", "alembic", "-c", "setup.cfg", "upgrade", "head"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    made = make_engine(Settings.from_environment({"FIELDBEAT_DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}"}))
    assert set(inspect(made).get_table_names()) > TABLES
    made.dispose()
