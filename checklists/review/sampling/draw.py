"""Draws a sample: a pure function of frame, seed and shares, so that drawing again gives the same.

Every chance comes from SHA-256 over the seed, a purpose and an order's id, as a number between 0 and 1. Nothing depends on the
order of the frame, nor on a library's generator: it can be repeated in any language. The weighted part is the method of
Efraimidis and Spirakis (2006): the smallest −ln(u)/w are taken.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from checklists.review.sampling.frame import Eligible
from checklists.review.states import Why


@dataclass(frozen=True, slots=True)
class Shares:
    """How much is drawn: whole percentages of the frame, rounded up, and how many of each technician at least.

    `double_percent` is the part of the sample that two people review.
    """

    random_percent: int
    stratified_percent: int
    risk_percent: int
    minimum_per_technician: int
    double_percent: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn, why, and whether two people review it."""

    work_order_id: UUID
    why: Why
    double: bool = False


def chance(seed: str, purpose: str, key: object) -> float:
    """Return a number between 0 and 1, both excluded, that is this key's for this purpose."""
    drawn = int.from_bytes(hashlib.sha256(f"{seed}|{purpose}|{key}".encode()).digest()[:6], "big")
    return (drawn + 0.5) / 2**48


def draw(frame: Iterable[Eligible], seed: str, shares: Shares) -> tuple[Drawn, ...]:
    """Draw a sample, in the order of the orders' ids.

    The random share comes first and from the whole frame, so that everything has the same chance in it whatever else is drawn.
    Then each technician's minimum, the strata in proportion to their sizes, and of what has risks the weighted share.
    """
    rows = sorted(frame, key=lambda one: one.work_order_id)
    taken: dict[UUID, Why] = {}
    for one in _smallest(rows, part(len(rows), shares.random_percent), seed, "random"):
        taken[one.work_order_id] = Why.RANDOM
    for mine in _by(rows, lambda one: str(one.technician_id)).values():
        _top_up(mine, shares.minimum_per_technician, taken, seed, Why.MINIMUM)
    strata = _by(rows, lambda one: one.stratum)
    sizes = {key: len(members) for key, members in strata.items()}
    for key, count in allotted(sizes, part(len(rows), shares.stratified_percent), seed).items():
        _top_up(strata[key], count, taken, seed, Why.STRATUM)
    risky = [one for one in rows if one.weight > 1 and one.work_order_id not in taken]
    for one in sorted(risky, key=lambda one: _weighted(seed, one))[: part(len(rows), shares.risk_percent)]:
        taken[one.work_order_id] = Why.RISK
    sample = [one for one in rows if one.work_order_id in taken]
    doubled = {one.work_order_id for one in _smallest(sample, part(len(sample), shares.double_percent), seed, "double")}
    return tuple(Drawn(one.work_order_id, taken[one.work_order_id], one.work_order_id in doubled) for one in sample)


def part(whole: int, percent: int) -> int:
    """Return so many percent of a number, rounded up."""
    return -(-whole * percent // 100)


def allotted(sizes: dict[Any, int], total: int, seed: str) -> dict[Any, int]:
    """Share a number out over strata in proportion to their sizes, by the largest remainders; chance decides among equals."""
    whole = sum(sizes.values())
    if whole == 0:
        return {}
    exact = {key: total * size / whole for key, size in sizes.items()}
    found = {key: math.floor(value) for key, value in exact.items()}
    left = total - sum(found.values())
    ranked = sorted(exact, key=lambda key: (found[key] - exact[key], chance(seed, "allot", key)))
    for key in ranked[:left]:
        found[key] += 1
    return found


def _by(rows: Sequence[Eligible], key: Any) -> dict[Any, list[Eligible]]:
    found: dict[Any, list[Eligible]] = {}
    for one in rows:
        found.setdefault(key(one), []).append(one)
    return found


def _smallest(rows: Sequence[Eligible], count: int, seed: str, purpose: str) -> list[Eligible]:
    return sorted(rows, key=lambda one: chance(seed, purpose, one.work_order_id))[:count]


def _top_up(rows: Sequence[Eligible], count: int, taken: dict[UUID, Why], seed: str, why: Why) -> None:
    """Take as many of these rows as are lacking; those that were taken already count."""
    lacking = count - sum(one.work_order_id in taken for one in rows)
    free = [one for one in rows if one.work_order_id not in taken]
    for one in _smallest(free, max(0, lacking), seed, why.value):
        taken[one.work_order_id] = why


def _weighted(seed: str, one: Eligible) -> float:
    return -math.log(chance(seed, "risk", one.work_order_id)) / one.weight
