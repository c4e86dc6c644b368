"""Positions as phones report them, sound or not."""

import pytest

from dispatch.work_orders.fixes import Fix, read_fix


def test_a_position_is_read_with_its_uncertainty_and_whether_it_was_made_up():
    assert read_fix({"lat": 33.78, "lon": 119, "acc_m": 8, "mock": True}) == Fix(33.78, 119.0, 8.0, mock=True)
    assert read_fix({"lat": -90, "lon": 180, "acc_m": -1e9}) == Fix(-90.0, 180.0)


@pytest.mark.parametrize(
    "gps", [None, [], "33,119", {}, {"lat": 91, "lon": 0}, {"lat": True, "lon": 0}, {"lat": 1}, {"lat": "1", "lon": 2}]
)
def test_what_is_no_position_is_none(gps):
    assert read_fix(gps) is None
