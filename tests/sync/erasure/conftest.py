"""A runtime as the composition roots make it, and a customer whose words stand wherever a rule says that they may."""

from collections.abc import Iterator

import pytest

from kernel.actor import system_actor
from kernel.clock import FixedClock
from kernel.runtime import Runtime
from kernel.settings import Settings
from tests.sync.erasure.trail import Trail
from tests.sync.world import wired


@pytest.fixture
def runtime(settings: Settings, clock: FixedClock) -> Iterator[Runtime]:
    made = wired(settings, clock)
    yield made
    made.close()


@pytest.fixture
def trail(runtime: Runtime) -> Trail:
    with runtime.unit_of_work(system_actor()) as uow:
        return Trail(runtime, uow)
