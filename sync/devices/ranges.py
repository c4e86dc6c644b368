"""Which sequence numbers of a device arrived, as ranges, and between which corrected times each range lies."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MOST_RANGES = 1000
"""Beyond so many, the lowest gap is given up: a phone that counts like that must not make its row grow without end."""


@dataclass(slots=True)
class Received:
    """Ranges of numbers in their order, never touching each other.

    Each is `[low, high, first, last]`, where first and last are the corrected times (seconds since 1970, UTC) of its ends: an op
    that fills a gap is clamped between its neighbours, so that time does not go back as the numbers grow.
    """

    ranges: list[list[Any]] = field(default_factory=list)

    def contiguous_to(self) -> int:
        """The number up to which nothing is missing, counting from 1; 0 when the first is missing."""
        return int(self.ranges[0][1]) if self.ranges and self.ranges[0][0] == 1 else 0

    def highest(self) -> int:
        """The highest number that arrived, 0 when none did."""
        return int(self.ranges[-1][1]) if self.ranges else 0

    def missing(self) -> list[list[int]]:
        """The gaps below the highest number, as [from, to]."""
        gaps, at = [], 1
        for low, high, *_ in self.ranges:
            if low > at:
                gaps.append([at, low - 1])
            at = high + 1
        return gaps

    def has(self, number: int) -> bool:
        """Tell whether a number arrived."""
        if not self.ranges or number > self.ranges[-1][1]:
            return False
        index = self._index(number)
        return index < len(self.ranges) and self.ranges[index][0] <= number

    def neighbours(self, number: int) -> tuple[float | None, float | None]:
        """The corrected times of the nearest numbers below and above that arrived, as far as known."""
        if self.ranges and number > self.ranges[-1][1]:  # nearly always: phones count up
            return self.ranges[-1][3], None
        index = self._index(number)
        if index < len(self.ranges) and self.ranges[index][0] <= number:
            return self.ranges[index][2], self.ranges[index][3]
        below = self.ranges[index - 1][3] if index > 0 else None
        above = self.ranges[index][2] if index < len(self.ranges) else None
        return below, above

    def add(self, number: int, at: float) -> None:
        """Note that a number arrived, with its corrected time; harmless when it had."""
        if self.ranges and number == self.ranges[-1][1] + 1:  # nearly always: phones count up
            self.ranges[-1][1], self.ranges[-1][3] = number, at
            return
        index = self._index(number)
        if index < len(self.ranges) and self.ranges[index][0] <= number:
            return
        joins_below = index > 0 and self.ranges[index - 1][1] == number - 1
        joins_above = index < len(self.ranges) and self.ranges[index][0] == number + 1
        if joins_below and joins_above:
            self.ranges[index - 1][1] = self.ranges[index][1]
            self.ranges[index - 1][3] = self.ranges[index][3]
            del self.ranges[index]
        elif joins_below:
            self.ranges[index - 1][1], self.ranges[index - 1][3] = number, at
        elif joins_above:
            self.ranges[index][0], self.ranges[index][2] = number, at
        else:
            self.ranges.insert(index, [number, number, at, at])
            if len(self.ranges) > MOST_RANGES:
                self.ranges[:2] = [[self.ranges[0][0], self.ranges[1][1], self.ranges[0][2], self.ranges[1][3]]]

    def extend(self, count: int, first: float, last: float) -> None:
        """Note that so many numbers more arrived behind the highest, and the corrected times of the first and the last."""
        highest = self.highest()
        if self.ranges:
            self.ranges[-1][1], self.ranges[-1][3] = highest + count, last
        else:
            self.ranges.append([1, count, first, last])

    def _index(self, number: int) -> int:
        """The first range that ends at or after a number."""
        return bisect_left(self.ranges, number, key=lambda one: one[1])


def seconds(moment: datetime) -> float:
    """Write a moment as the ranges keep it."""
    return moment.timestamp()


def add_all(ranges: list[list[int]], numbers: Iterable[int]) -> list[list[int]]:
    """Add numbers to plain ranges `[[low, high], …]` and return them merged, in order."""
    added: list[list[int]] = []
    for number in sorted(numbers):
        if added and number <= added[-1][1] + 1:
            added[-1][1] = number
        else:
            added.append([number, number])
    merged: list[list[int]] = []
    for low, high in sorted([*ranges, *added]):
        if merged and low <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], high)
        else:
            merged.append([low, high])
    surplus = max(0, len(merged) - MOST_RANGES)
    return [[merged[0][0], merged[surplus][1]], *merged[surplus + 1 :]] if surplus else merged


def contiguous(ranges: list[list[int]]) -> int:
    """The number up to which plain ranges have no gap, counting from 1."""
    return ranges[0][1] if ranges and ranges[0][0] == 1 else 0
