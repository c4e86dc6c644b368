"""What the parts are measured on: a durable PostgreSQL of our own, databases with the product's tables, and many rows in them."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from checklists.wiring import HANDLERS
from kernel import runtime as runtimes
from kernel.clock import FixedClock
from kernel.runtime import Runtime
from kernel.settings import Settings
from tests.servers import Postgres

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
IDS = """
CREATE FUNCTION bench_id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$
"""
"""Ids that grow with a number, as those of the product grow with time; `kind` keeps those of several tables apart."""
MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"


@contextmanager
def databases(*names: str) -> Iterator[dict[str, Runtime]]:
    """Run a PostgreSQL whose commits wait for the disk, with databases of these names; yield a runtime on each."""
    with Postgres(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        made = {name: _runtime(server.create_database(name), Path(folder)) for name in names}
        runtimes.settle()
        try:
            yield made
        finally:
            for runtime in made.values():
                runtime.close()


def _runtime(url: str, folder: Path) -> Runtime:
    settings = Settings.from_environment(
        {
            "FIELDBEAT_DATABASE_URL": url,
            "FIELDBEAT_DATA_DIR": str(folder),
            "FIELDBEAT_REDIS_URL": f"unix://{folder}/none.sock",
        }
    )
    runtime = runtimes.make(settings, clock=FixedClock(NOW), handlers=HANDLERS)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with runtime.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    fill(runtime, IDS)
    return runtime


def fill(runtime: Runtime, *statements: str, **values: Any) -> None:
    """Run statements that put many rows in, and let PostgreSQL see how many there are."""
    with runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement), values)
        for ending in ("VACUUM ANALYZE", "CHECKPOINT"):
            connection.exec_driver_sql(ending)


def seconds_of(action: Callable[[], object]) -> float:
    """Return how long an action took."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def race(
    rounds: int,
    few: Callable[[], object],
    many: Callable[[], object],
    *,
    prepare: Sequence[Callable[[], object]] = (),
) -> tuple[float, float]:
    """Let two actions take turns, so that a busy minute of the machine hits both; return the median seconds of each.

    `prepare` runs before each turn and is not measured.
    """
    times: Mapping[str, list[float]] = {"few": [], "many": []}
    for _ in range(rounds):
        for one in prepare:
            one()
        times["few"].append(seconds_of(few))
        times["many"].append(seconds_of(many))
    return statistics.median(times["few"]), statistics.median(times["many"])


def verdict(what: str, few: float, many: float, limit: float) -> int:
    """Print a ratio beside its limit, and return what the program ends with."""
    ratio = many / few
    print(f"{what}: {few * 1000:,.2f} ms and {many * 1000:,.2f} ms, ratio {ratio:.2f} (at most {limit})")
    return 0 if ratio <= limit else 1


def places_in(values: Mapping[str, UUID | None]) -> dict[str, str]:
    """Return places as parameters of a statement."""
    return {name: str(value) for name, value in values.items()}
