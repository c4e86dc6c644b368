"""Cohen's kappa: how far two reviewers agree beyond what chance would have them agree (Cohen, 1960)."""

from collections.abc import Mapping
from dataclasses import dataclass

from checklists.review.states import Verdict


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two reviewers came to the same, of how many reviews, and kappa from −1 to 1.

    `kappa` is None without any review, and where both always say the same one thing: then chance explains everything.
    """

    reviews: int
    agreed: int
    kappa: float | None


def agreement(pairs: Mapping[tuple[Verdict, Verdict], int]) -> Agreement:
    """Return the agreement of pairs of verdicts, each with how often it came."""
    count = sum(pairs.values())
    agreed = sum(times for (first, second), times in pairs.items() if first == second)
    if count == 0:
        return Agreement(0, 0, None)
    firsts = {one: sum(times for (first, _), times in pairs.items() if first == one) for one in Verdict}
    seconds = {one: sum(times for (_, second), times in pairs.items() if second == one) for one in Verdict}
    by_chance = sum(firsts[one] * seconds[one] for one in Verdict) / count**2
    if by_chance == 1:
        return Agreement(count, agreed, None)
    return Agreement(count, agreed, round((agreed / count - by_chance) / (1 - by_chance), 3))
