"""The standard that work is scored against: which items, of how many points; and whether scores meet it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from checklists.review import errors
from checklists.review.policy import ReviewRules
from checklists.review.states import Severity
from checklists.templates.answer_types import UNANSWERED
from checklists.templates.steps import Item


@dataclass(frozen=True, slots=True)
class ItemScore:
    """The points given to an item, of how many."""

    item: str
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a reviewer found: at an item or at the work as a whole. `media` are SHA-256 digests in hexadecimal."""

    severity: Severity
    text: str
    item: str | None = None
    media: tuple[str, ...] = ()


def standard(items: Iterable[Item], shown: Iterable[str], template_code: str, rules: ReviewRules) -> dict[str, int]:
    """Return the most that each item is worth: those that were shown and are answered, but for what the region leaves out."""
    seen = frozenset(shown)
    worth = {
        item.key: rules.points_of(template_code, item.key)
        for item in items
        if item.key in seen and item.type not in UNANSWERED
    }
    return {key: most for key, most in worth.items() if most > 0}


def read_scores(most: Mapping[str, int], given: Mapping[str, int | None]) -> tuple[ItemScore, ...]:
    """Check the points of a review against the standard; None leaves out what does not apply.

    Raises Invalid (review.item_unknown, review.item_missing, review.points_wrong), each with its path.
    """
    for item, points in given.items():
        if item not in most:
            raise errors.ITEM_UNKNOWN(path=f"/scores/{item}")
        if points is not None and not 0 <= points <= most[item]:
            raise errors.POINTS_WRONG(f"0 to {most[item]}", path=f"/scores/{item}")
    for item in most:
        if item not in given:
            raise errors.ITEM_MISSING(path=f"/scores/{item}")
    scores = tuple(ItemScore(item, points, most[item]) for item, points in given.items() if points is not None)
    if most and not scores:
        raise errors.ITEM_MISSING("at least one item applies", path="/scores")
    return scores


def check_findings(findings: Sequence[Finding], items: Iterable[str], digests: Iterable[str]) -> None:
    """Check what findings refer to. Raises Invalid (review.item_unknown, review.media_unknown), each with its path."""
    known_items, known_media = frozenset(items), frozenset(digests)
    for nth, one in enumerate(findings):
        if one.item is not None and one.item not in known_items:
            raise errors.ITEM_UNKNOWN(path=f"/findings/{nth}/item")
        for mth, digest in enumerate(one.media):
            if digest not in known_media:
                raise errors.MEDIA_UNKNOWN(path=f"/findings/{nth}/media/{mth}")


def percent(scores: Sequence[ItemScore]) -> float:
    """Return the score in percent of what could be had, to a tenth; 100 where nothing is scored."""
    most = sum(one.most for one in scores)
    return 100.0 if most == 0 else round(sum(one.points for one in scores) * 100 / most, 1)
