from uuid import UUID

import pytest

from checklists.review.policy import ReviewRules
from checklists.review.scoring.standard import Finding, ItemScore, check_findings, percent, read_scores, standard
from checklists.review.states import Severity
from kernel.errors import DomainError
from tests.checklists.samples import checklist

MOST = {"badge": 5, "level": 10}


def refused(call, *arguments):
    with pytest.raises(DomainError) as caught:
        call(*arguments)
    return caught.value.code, caught.value.fields[0].path


def test_what_is_shown_and_answered_is_scored_as_the_region_decides():
    items = checklist().items
    rules = ReviewRules(points={"sample": {"level": 10, "serial": 0}})
    found = standard(items, {item.key for item in items} - {"cause"}, "sample", rules)
    assert "signature" not in found, "nobody is scored for what the customer signs"
    assert (found["level"], found["badge"]) == (10, 5)
    assert {"serial", "cause"}.isdisjoint(found)


def test_points_lie_between_nothing_and_all_for_every_item():
    assert read_scores(MOST, {"badge": 5, "level": 0}) == (ItemScore("badge", 5, 5), ItemScore("level", 0, 10))
    assert read_scores(MOST, {"badge": None, "level": 7}) == (ItemScore("level", 7, 10),)
    assert read_scores({}, {}) == ()
    assert refused(read_scores, MOST, {"badge": 5}) == ("review.item_missing", "/scores/level")
    assert refused(read_scores, MOST, {"badge": 6, "level": 0}) == ("review.points_wrong", "/scores/badge")
    assert refused(read_scores, MOST, {"badge": -1, "level": 0}) == ("review.points_wrong", "/scores/badge")
    assert refused(read_scores, MOST, {"x": 1}) == ("review.item_unknown", "/scores/x")
    assert refused(read_scores, MOST, {"badge": None, "level": None}) == ("review.item_missing", "/scores")


def test_findings_refer_to_items_and_photos_that_are_there():
    digest = f"{UUID(int=1).hex}" * 2
    check_findings([Finding(Severity.MINOR, "x", "badge", (digest,)), Finding(Severity.MAJOR, "y")], MOST, [digest])
    wrong = [Finding(Severity.MINOR, "x"), Finding(Severity.MINOR, "x", "nothing")]
    assert refused(check_findings, wrong, MOST, []) == ("review.item_unknown", "/findings/1/item")
    wrong = [Finding(Severity.MINOR, "x", None, (digest, "0" * 64))]
    assert refused(check_findings, wrong, MOST, [digest]) == ("review.media_unknown", "/findings/0/media/1")


def test_the_score_is_in_percent_of_what_could_be_had():
    assert percent([ItemScore("a", 5, 5), ItemScore("b", 5, 10)]) == 66.7
    assert percent([]) == 100.0
