"""Whether a random share fell on all places alike: Pearson's chi-square test, with its critical values from a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

CRITICAL = (
    10.828, 13.816, 16.266, 18.467, 20.515, 22.458, 24.322, 26.124, 27.877, 29.588,
    31.264, 32.909, 34.528, 36.123, 37.697, 39.252, 40.790, 42.312, 43.820, 45.315,
    46.797, 48.268, 49.728, 51.179, 52.620, 54.052, 55.476, 56.892, 58.301, 59.703,
)  # fmt: skip
"""The 0.1 % points of the chi-square distribution for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.4)."""
_Z = 3.0902
LEAST_EXPECTED = 5.0
"""Below this many expected the test says nothing; such groups are tested as one."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """What the test says. `fair` is None where there is too little to test; a fair draw fails once in a thousand times."""

    statistic: float
    degrees: int
    critical: float | None
    fair: bool | None


def critical_value(degrees: int) -> float:
    """Return the 0.1 % point: from the table, or beyond it by Wilson and Hilferty's approximation."""
    if degrees <= len(CRITICAL):
        return CRITICAL[degrees - 1]
    share = 2 / (9 * degrees)
    return float(degrees * (1 - share + _Z * sqrt(share)) ** 3)


def chi_square(observed: Sequence[float], expected: Sequence[float]) -> float:
    """Return Pearson's statistic: the sum of (observed − expected)² / expected."""
    return sum((seen - wanted) ** 2 / wanted for seen, wanted in zip(observed, expected, strict=True))


def fairness(groups: Mapping[Any, tuple[int, int]]) -> Fairness:
    """Test groups of (size, drawn) against the same chance for everything.

    Drawing without replacement spreads less than the plain test assumes; the statistic is widened by (N − 1) / (N − n).
    """
    whole, drawn = (sum(pair[nth] for pair in groups.values()) for nth in (0, 1))
    if drawn == 0 or drawn == whole:
        return Fairness(0.0, 0, None, None)
    observed, expected, rest = [], [], [0.0, 0.0]
    for size, count in groups.values():
        wanted = drawn * size / whole
        if wanted < LEAST_EXPECTED:
            rest = [rest[0] + count, rest[1] + wanted]
        else:
            observed.append(float(count))
            expected.append(wanted)
    if rest[1] >= LEAST_EXPECTED or (rest[1] > 0 and not expected):
        observed.append(rest[0])
        expected.append(rest[1])
    elif rest[1] > 0:
        observed[-1] += rest[0]
        expected[-1] += rest[1]
    degrees = len(observed) - 1
    if degrees < 1:
        return Fairness(0.0, 0, None, None)
    statistic = chi_square(observed, expected) * (whole - 1) / (whole - drawn)
    critical = critical_value(degrees)
    return Fairness(round(statistic, 3), degrees, round(critical, 3), statistic <= critical)
