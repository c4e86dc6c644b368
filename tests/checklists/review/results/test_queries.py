"""Figures: by place, person, template, month and item, in scope, with one statement each; and how far reviewers agree."""

import pytest

from checklists.review.appeals import service as appeals
from checklists.review.results.queries import By, Filter, agreements, items, results
from tests.checklists.review.reviewing import CRITICAL, MAJOR, hand_in, reviewed, waiting
from tests.statements import recorded


@pytest.fixture
def done(scene):
    """Four reviews: passed and failed at home, rework in the other group, passed far off."""
    reviewed(scene)
    reviewed(scene, CRITICAL, points=4)
    reviewed(scene, MAJOR, places=scene.other, technician=scene.other_technician)
    reviewed(scene, places=scene.far, technician=scene.far_technician)
    return scene


def figures(who, by, **wanted):
    return {row.key: (row.reviews, row.passed, row.rework, row.failed) for row in results(who, by, Filter(**wanted))}


def test_reviews_are_counted_by_what_is_asked(done):
    home, other, far = done.home, done.other, done.far
    one_of_each = {str(home.zone_id): (2, 1, 0, 1), str(other.zone_id): (1, 0, 1, 0), str(far.zone_id): (1, 1, 0, 0)}
    assert figures(done.operations, By.ZONE) == one_of_each
    stations = {str(home.station_id): (3, 1, 1, 1), str(far.station_id): (1, 1, 0, 0)}
    assert figures(done.operations, By.STATION) == stations
    assert figures(done.operations, By.TECHNICIAN, group_id=home.group_id) == {str(done.technician): (2, 1, 0, 1)}
    everything = (4, 2, 1, 1)
    assert figures(done.operations, By.REGION) == {str(home.region_id): everything}
    assert figures(done.operations, By.TEMPLATE) == {"sample": everything}
    assert figures(done.operations, By.MONTH, month_from="2026-11", month_to="2026-11") == {"2026-11": everything}
    assert figures(done.operations, By.MONTH, month_from="2026-12") == {}
    (row,) = results(done.operations, By.GROUP, Filter(group_id=home.group_id))
    assert (row.pass_percent, row.mean_score) == (50.0, 90.0)


def test_everybody_sees_figures_of_what_they_may_see(done):
    assert set(figures(done.manager, By.ZONE)) == {str(done.home.zone_id), str(done.other.zone_id)}
    assert figures(done.leader, By.GROUP) == {str(done.home.group_id): (2, 1, 0, 1)}
    assert figures(done.acting(done.other_technician), By.REGION) == {str(done.home.region_id): (1, 0, 1, 0)}
    assert figures(done.assessor, By.REGION) == {}
    for call in (lambda: results(done.operations, By.ZONE, Filter()), lambda: items(done.operations, Filter())):
        with recorded(done.uow.session) as statements:
            call()
        assert len(statements) == 2, "whose group the caller is of, and the figures"


def test_what_was_overturned_counts_as_passed(done):
    review_id = reviewed(done, CRITICAL, places=done.far, technician=done.far_technician)
    appeals.appeal(done.acting(done.far_technician), review_id=review_id, reason="x")
    appeals.decide(done.colleague, review_id=review_id, overturn=True, note="x")
    (row,) = results(done.operations, By.ZONE, Filter(zone_id=done.far.zone_id))
    assert (row.reviews, row.passed, row.failed, row.overturned) == (2, 2, 0, 1)


def test_items_are_listed_by_how_often_they_lose_points(scene):
    _, (slot,) = waiting(scene)
    hand_in(scene.operations, slot, level=0, cause=3)
    _, (slot,) = waiting(scene)
    hand_in(scene.operations, slot, level=4)
    first, second, *others = items(scene.operations, Filter())
    assert (first.item, first.scores, first.lost, first.zero, first.lost_percent, first.mean_percent) == (
        "level", 2, 2, 1, 100.0, 40.0,
    )  # fmt: skip
    assert (second.item, second.lost_percent) == ("cause", 50.0)
    assert {one.lost for one in others} == {0}
    assert len(items(scene.operations, Filter(), limit=1)) == 1


def test_the_agreement_of_double_reviews_is_for_planners(scene):
    for findings in ((), MAJOR):
        _, (first, second) = waiting(scene, parts=2)
        hand_in(scene.operations, first, findings)
        hand_in(scene.colleague, second)
    _, (first, second) = waiting(scene, parts=2)
    hand_in(scene.operations, first, MAJOR)
    hand_in(scene.colleague, second, MAJOR)
    (row,) = agreements(scene.operations, Filter())
    assert (row.template_code, row.month, row.reviews, row.agreed, row.kappa) == ("sample", "2026-11", 3, 2, 0.4)
    for who in (scene.manager, scene.leader, scene.assessor):
        assert agreements(who, Filter()) == ()
