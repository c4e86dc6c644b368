"""Lets the tests of consultations share a database, and the ground on which questions arise."""

import pytest

from kernel.unit_of_work import UnitOfWork
from tests.dispatch.incidents.scene import Scene, make_scene
from tests.undoing import shared_runtime, undone

__all__ = ["scene", "shared_runtime", "undone"]


@pytest.fixture
def scene(undone: UnitOfWork) -> Scene:
    """Two groups of a station, with leaders, technicians and orders."""
    return make_scene(undone)
