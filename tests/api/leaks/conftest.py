"""The filled world, once for all tests of leaks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kernel.clock import FixedClock
from tests.api.conftest import NO_REDIS, make_runtime
from tests.api.leaks.house import House, settle_in
from tests.conftest import NOW, settings_for


@pytest.fixture(scope="session")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("leaks")
    file = folder / "world.db"
    file.write_bytes(sqlite_template.read_bytes())
    # The clock stands still: a phone that asks all the questions of these tests would have used up its turns.
    settings = replace(
        settings_for(folder, f"sqlite:///{file}", NO_REDIS), device_per_minute=10_000, device_burst=10_000
    )
    runtime = make_runtime(settings, FixedClock(NOW))
    yield settle_in(runtime, file)
    runtime.close()
