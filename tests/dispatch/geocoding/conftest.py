"""The geocoder of our own that these tests ask."""

from collections.abc import Iterator

import pytest

from tests.dispatch.geocoding.provider import LocalProvider, serving


@pytest.fixture
def local() -> Iterator[LocalProvider]:
    with serving() as provider:
        yield provider
