import pytest

from tests.checklists.review.scene import Scene, build


@pytest.fixture
def scene(uow) -> Scene:
    return build(uow)
