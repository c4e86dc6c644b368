"""Lets the tests of work orders share a database, and the ground on which orders lie."""

import pytest

from kernel.unit_of_work import UnitOfWork
from tests.dispatch.work_orders.ground import Ground, make_ground
from tests.undoing import shared_runtime, undone

__all__ = ["ground", "shared_runtime", "undone", "uow"]


@pytest.fixture
def uow(undone: UnitOfWork) -> UnitOfWork:
    """What others call a unit of work is undone here, too."""
    return undone


@pytest.fixture
def ground(undone: UnitOfWork) -> Ground:
    """A zone with technicians, and a manager of its station."""
    return make_ground(undone)
