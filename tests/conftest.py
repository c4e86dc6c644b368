"""The runtime that tests run on: real SQLite, real PostgreSQL, real Redis, a clock that stands still."""

import base64
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine

from kernel import log_setup
from kernel import runtime as runtimes
from kernel.actor import system_actor
from kernel.clock import FixedClock
from kernel.database import make_engine
from kernel.runtime import Runtime
from kernel.settings import Settings
from kernel.unit_of_work import UnitOfWork
from tests.api.oidc.process import OpenIdProvider
from tests.object_store import ObjectStore
from tests.servers import Postgres, Valkey

# A busy machine is no reason to fail: what is slow here is only the making of examples.
hypothesis_settings.register_profile(
    "fieldbeat",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # Where a change is judged, the same examples are drawn each time: red means the change. Everywhere else new ones are.
    derandomize=os.environ.get("CI") == "true",
)
hypothesis_settings.load_profile("fieldbeat")

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
ROOT = Path(__file__).parent.parent


def upgrade(engine: Engine, revision: str = "head") -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def settings_for(folder: Path, database_url: str, redis_url: str) -> Settings:
    return Settings.from_environment(
        {
            "FIELDBEAT_DATA_DIR": str(folder),
            "FIELDBEAT_DATABASE_URL": database_url,
            "FIELDBEAT_REDIS_URL": redis_url,
            "FIELDBEAT_PASSWORD_MEMORY_KIB": "64",
            # Databases are copied from one folder to another.
            "FIELDBEAT_SEALING_KEYS": f"tests:{base64.b64encode(bytes(range(32))).decode()}",
            "FIELDBEAT_LOG_LEVEL": "error",
            "FIELDBEAT_LIMIT_PERSON": "none",
            "FIELDBEAT_LIMIT_ADDRESS": "none",
            "FIELDBEAT_LIMIT_CALENDAR": "none",
            "FIELDBEAT_LIMIT_KEY": "none",
        }
    )


@pytest.fixture(autouse=True, scope="session")
def quiet_log() -> None:
    """Log as the product does: structlog's own default draws tracebacks for a person, which takes seconds."""
    log_setup.set_up(Settings.from_environment({"FIELDBEAT_LOG_LEVEL": "error"}))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    url = postgres.create_database("template_fieldbeat")
    engine = make_engine(Settings.from_environment({"FIELDBEAT_DATABASE_URL": url}))
    upgrade(engine)
    engine.dispose()
    return "template_fieldbeat"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = make_engine(Settings.from_environment({"FIELDBEAT_DATABASE_URL": f"sqlite:///{path}"}))
    upgrade(engine)
    with engine.connect() as connection:
        connection.commit()
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    with ObjectStore() as server:
        yield server


@pytest.fixture(scope="session")
def openid() -> Iterator[OpenIdProvider]:
    """A provider of OpenID Connect, shared: each test tells it who is there, and with that ends the faults of the one before."""
    with OpenIdProvider() as provider:
        yield provider


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database: the test runs once on each engine. `-k sqlite` picks one."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "fieldbeat.db"
        path.write_bytes(template.read_bytes())
        yield f"sqlite:///{path}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database(template=request.getfixturevalue("postgres_template"))
        yield url
        server.drop_database(url)


@pytest.fixture
def settings(tmp_path: Path, database_url: str, valkey: Valkey) -> Settings:
    valkey.flush()
    return settings_for(tmp_path, database_url, valkey.url)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def runtime(settings: Settings, clock: FixedClock) -> Iterator[Runtime]:
    """The kernel's runtime alone; tests of upper slices that need handlers wire them as the composition roots do."""
    made = runtimes.make(settings, clock=clock)
    yield made
    made.close()


@pytest.fixture
def uow(runtime: Runtime) -> Iterator[UnitOfWork]:
    """A unit of work of the system, committed at the end of the test if it did not fail."""
    with runtime.unit_of_work(system_actor()) as unit:
        yield unit
