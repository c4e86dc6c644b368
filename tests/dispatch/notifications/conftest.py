"""Lets the tests of notices share a database."""

import pytest

from kernel.unit_of_work import UnitOfWork
from tests.undoing import shared_runtime, undone

__all__ = ["shared_runtime", "undone", "uow"]


@pytest.fixture
def uow(undone: UnitOfWork) -> UnitOfWork:
    """What others call a unit of work is undone here, too."""
    return undone
