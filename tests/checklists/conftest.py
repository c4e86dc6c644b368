"""The runtime with the handlers of the checklists wired, as the composition roots do it; places and people to work with."""

from collections.abc import Iterator

import pytest

from checklists.wiring import HANDLERS
from dispatch.territory.places import Places
from kernel import runtime as runtimes
from kernel.actor import Level, Role
from kernel.clock import FixedClock
from kernel.runtime import Runtime
from kernel.settings import Settings
from kernel.unit_of_work import UnitOfWork
from tests import factories


@pytest.fixture
def runtime(settings: Settings, clock: FixedClock) -> Iterator[Runtime]:
    made = runtimes.make(settings, clock=clock, handlers=HANDLERS)
    yield made
    made.close()


@pytest.fixture
def here(uow: UnitOfWork) -> Places:
    return factories.places(uow)


@pytest.fixture
def author(uow: UnitOfWork, here: Places) -> UnitOfWork:
    """Somebody of the region's operations."""
    return factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, here.region_id, here.region_id)


@pytest.fixture
def publisher(uow: UnitOfWork, here: Places) -> UnitOfWork:
    """Somebody else of the region's operations."""
    return factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, here.region_id, here.region_id)
