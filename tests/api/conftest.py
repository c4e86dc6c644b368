"""The application on both engines, with a small world inside and somebody in every role."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.transactions import RUNTIME
from kernel import runtime as runtimes
from kernel.actor import system_actor
from kernel.clock import FixedClock
from kernel.runtime import Runtime
from kernel.settings import Settings
from sync.reactions import handlers_of
from tests.api.witness import Witness
from tests.api.world import Door, World, build
from tests.conftest import NOW, settings_for
from tests.servers import Postgres

NO_REDIS = "unix:///nonexistent/none.sock"


def make_runtime(settings: Settings, clock: FixedClock) -> Runtime:
    """Wire a web process's runtime, with a clock that stands still."""
    return runtimes.make(settings, clock=clock, handlers=handlers_of(settings))


def furnish(url: str, folder: Path) -> World:
    runtime = make_runtime(settings_for(folder, url, NO_REDIS), FixedClock(NOW))
    with runtime.unit_of_work(system_actor()) as uow:
        world = build(uow)
    if url.startswith("sqlite"):
        with runtime.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    runtime.close()
    return world


def own(world: World) -> World:
    """Give a test tokens of its own: whom it signs in again is known to its copy of the database only."""
    return replace(world, tokens=dict(world.tokens))


@pytest.fixture(scope="session")
def furnished_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A database with the world in it, built once and copied for each test."""
    folder = tmp_path_factory.mktemp("furnished")
    path = folder / "world.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path, furnish(f"sqlite:///{path}", folder)


@pytest.fixture(scope="session")
def furnished_postgres(
    postgres: Postgres, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, World]:
    """The same on PostgreSQL."""
    url = postgres.create_database("template_world", template=postgres_template)
    return "template_world", furnish(url, tmp_path_factory.mktemp("furnished"))


@pytest.fixture(params=["sqlite", "postgresql"])
def furnished(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, World]]:
    """A fresh copy of the world: the test runs once on each engine."""
    if request.param == "sqlite":
        template, world = request.getfixturevalue("furnished_sqlite")
        path = tmp_path / "fieldbeat.db"
        path.write_bytes(template.read_bytes())
        yield f"sqlite:///{path}", world
    else:
        server: Postgres = request.getfixturevalue("postgres")
        name, world = request.getfixturevalue("furnished_postgres")
        url = server.create_database(template=name)
        yield url, world
        server.drop_database(url)


@pytest.fixture
def database_url(furnished: tuple[str, World]) -> str:
    return furnished[0]


@pytest.fixture
def world(furnished: tuple[str, World]) -> World:
    return own(furnished[1])


@pytest.fixture
def runtime(settings: Settings, clock: FixedClock) -> Iterator[Runtime]:
    made = make_runtime(settings, clock)
    yield made
    made.close()


@pytest.fixture
def app(plain_app: Flask, runtime: Runtime) -> Iterator[Flask]:
    """The application on this test's own runtime. It is made once: an application keeps nothing but its runtime."""
    before = plain_app.extensions[RUNTIME]
    plain_app.extensions[RUNTIME] = runtime
    yield plain_app
    plain_app.extensions[RUNTIME] = before


@pytest.fixture
def door(app: Flask, world: World) -> Door:
    return Door(app, world)


@pytest.fixture(scope="session")
def plain_app(furnished_sqlite: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all tests that neither change anything nor ask what an engine might answer differently."""
    folder = tmp_path_factory.mktemp("plain")
    path = folder / "plain.db"
    path.write_bytes(furnished_sqlite[0].read_bytes())
    runtime = make_runtime(settings_for(folder, f"sqlite:///{path}", NO_REDIS), FixedClock(NOW))
    made = create_app(runtime)
    witness = Witness(made)
    made.wsgi_app = witness  # type: ignore[method-assign]
    yield made
    if witness.recorder is not None:
        witness.recorder.write()
    runtime.close()


@pytest.fixture
def plain(plain_app: Flask) -> FlaskClient:
    return plain_app.test_client()


@pytest.fixture
def plain_door(plain_app: Flask, furnished_sqlite: tuple[Path, World]) -> Door:
    return Door(plain_app, own(furnished_sqlite[1]))
