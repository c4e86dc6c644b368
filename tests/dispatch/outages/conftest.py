"""Lets the tests of outages share a database, and the ground that outages trouble."""

import pytest

from kernel.unit_of_work import UnitOfWork
from tests.dispatch.outages.scene import Scene, make_scene
from tests.undoing import shared_runtime, undone

__all__ = ["scene", "shared_runtime", "undone"]


@pytest.fixture
def scene(undone: UnitOfWork) -> Scene:
    """A station with two groups and customers, wired as the product is."""
    return make_scene(undone)
