"""The basis of a proposal as a document, and its loads."""

import orjson
import pytest

from dispatch.zoning.basis import Basis
from kernel.database import dump_json
from tests.dispatch.zoning.ground import basis, board


def test_a_basis_comes_back_from_its_document():
    one = basis(board(3, 2), [0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6], people=[0, 1], minutes=[60] * 6, managers=[0] * 6)
    assert Basis.load(orjson.loads(dump_json(one.dump()))) == one


@pytest.mark.parametrize(
    ("subscribers", "minutes", "loads"),
    [
        ([1, 3], None, [0.25, 0.75]),
        ([0, 0], [30, 90], [0.25, 0.75]),
        ([0, 0], None, [0.5, 0.5]),
        ([1, 1], [0, 60], [0.25, 0.75]),
    ],
)
def test_what_is_not_known_does_not_count(subscribers, minutes, loads):
    assert list(basis([(0, 0), (1, 0)], [0, 0], subscribers, minutes=minutes).loads()) == loads
