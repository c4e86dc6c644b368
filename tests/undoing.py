"""A database that many tests share: each undoes what it did, which is much faster than a fresh one for each test.

For tests that never commit. A folder of tests takes the fixtures by importing them in its conftest.py.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from kernel import runtime as runtimes
from kernel.actor import system_actor
from kernel.clock import FixedClock
from kernel.identifiers import new_id
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from tests.conftest import NOW, settings_for
from tests.servers import Postgres, Valkey


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def shared_runtime(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, valkey: Valkey
) -> Iterator[Runtime]:
    """A migrated database for all tests of a folder, on each engine."""
    folder = tmp_path_factory.mktemp("shared")
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        (folder / "fieldbeat.db").write_bytes(template.read_bytes())
        url = f"sqlite:///{folder / 'fieldbeat.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database(template=request.getfixturevalue("postgres_template"))
    made = runtimes.make(settings_for(folder, url, valkey.url), clock=FixedClock(NOW))
    yield made
    made.close()


@pytest.fixture
def undone(shared_runtime: Runtime) -> Iterator[UnitOfWork]:
    """A unit of work of the system whose work is undone at the end of the test."""
    with Session(shared_runtime.engine, expire_on_commit=False) as session:
        session.connection()
        yield UnitOfWork(session, system_actor(), NOW, new_id)
