"""The measure of points measures what it says."""

from random import Random

from bench.parts import points
from dispatch.territory.geometry import as_shape


def test_a_small_run_gives_figures_that_can_be(capsys):
    figures = points.measure(100, 400)
    assert figures.zones == 100
    assert 0.6 < figures.found < 1
    assert min(figures.per_second, figures.single_us, figures.plain_us, figures.build_seconds) > 0
    assert "points a second" in str(figures)


def test_zones_are_ragged_sound_and_apart():
    random = Random(1)
    shapes = [as_shape(points.zone(row, column, random)) for row in range(4) for column in range(4)]
    assert all(one.is_valid for one in shapes)
    assert all(len(one.exterior.coords) == points.CORNERS + 1 for one in shapes)
    assert not any(a.overlaps(b) for n, a in enumerate(shapes) for b in shapes[:n])
