"""The measure of reports measures what it says."""

from bench.parts import reports


def test_a_small_run_gives_figures_that_can_be():
    figures = reports.measure(2, 400, 300, rounds=1)
    assert min(figures.report_seconds, figures.bare_seconds, figures.photos_seconds) > 0
    assert "a report of 2 photos" in str(figures)
