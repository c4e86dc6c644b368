"""The world that the tests of sync act in."""

from collections.abc import Iterator

import pytest

from kernel.clock import FixedClock
from kernel.settings import Settings
from tests.sync.world import World, make


@pytest.fixture
def world(settings: Settings, clock: FixedClock) -> Iterator[World]:
    made = make(settings, clock)
    yield made
    made.runtime.close()
