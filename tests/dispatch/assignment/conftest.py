"""Lets the tests of assignment share a database, and a zone with kinds of work."""

import pytest

from dispatch.territory.places import Places
from dispatch.work_orders.service import define_work_type
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.undoing import shared_runtime, undone

__all__ = ["shared_runtime", "undone"]


@pytest.fixture
def uow(undone: UnitOfWork) -> UnitOfWork:
    """What others call a unit of work is undone here, too."""
    return undone


@pytest.fixture
def place(uow: UnitOfWork) -> Places:
    """A zone of its own region, with work for anybody, work that needs a skill, and work for two."""
    place = factories.places(uow)
    define_work_type(uow, region_id=place.region_id, code="visit", name="上门")
    define_work_type(uow, region_id=place.region_id, code="fibre", name="光纤", skill="fibre")
    define_work_type(uow, region_id=place.region_id, code="mast", name="登高", crew_size=2)
    return place
