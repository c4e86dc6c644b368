"""The demo, loaded once on each engine, for tests that only look."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from checklists.wiring import HANDLERS
from cli.demo.load import load
from kernel import runtime as runtimes
from kernel.clock import FixedClock
from kernel.runtime import Runtime
from tests.conftest import NOW, settings_for
from tests.servers import Postgres

NO_REDIS = "unix:///nonexistent/none.sock"


def runtime_on(url: str, folder: Path) -> Runtime:
    return runtimes.make(settings_for(folder, url, NO_REDIS), clock=FixedClock(NOW), handlers=HANDLERS)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    folder = tmp_path_factory.mktemp("demo")
    if request.param == "sqlite":
        path = folder / "demo.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        url = f"sqlite:///{path}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database(template=request.getfixturevalue("postgres_template"))
    runtime = runtime_on(url, folder)
    load(runtime)
    yield runtime
    runtime.close()


@pytest.fixture
def wired(settings: object, tmp_path: Path, database_url: str) -> Iterator[Runtime]:
    """A runtime on an empty database, wired as the product is."""
    runtime = runtime_on(database_url, tmp_path)
    yield runtime
    runtime.close()
