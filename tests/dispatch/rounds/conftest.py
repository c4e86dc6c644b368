"""Lets the tests of rounds share a database, and the ground on which rounds are made."""

import pytest

from kernel.unit_of_work import UnitOfWork
from tests.dispatch.rounds.scene import Scene, make_scene
from tests.undoing import shared_runtime, undone

__all__ = ["scene", "shared_runtime", "undone"]


@pytest.fixture
def scene(undone: UnitOfWork) -> Scene:
    """A station with two groups, wired as the product is."""
    return make_scene(undone)
