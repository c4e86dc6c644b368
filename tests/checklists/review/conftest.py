"""Places, people and finished work on a database that the tests of reviews share; each undoes what it did."""

import pytest

from checklists.wiring import HANDLERS
from kernel.unit_of_work import UnitOfWork
from tests.checklists.review.scene import Scene, build
from tests.undoing import shared_runtime, undone

__all__ = ["scene", "shared_runtime", "undone"]


@pytest.fixture
def scene(undone: UnitOfWork) -> Scene:
    undone.handlers = HANDLERS
    return build(undone)
