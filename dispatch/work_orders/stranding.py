"""Which open orders a move of the territory would strand, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from dispatch.territory.places import Places

NAMED = 20
"""Stranded orders that a refusal names; it counts all."""


class Stranding(StrEnum):
    """Why an order would be stranded."""

    ASSIGNEE_ELSEWHERE = "assignee_elsewhere"
    NO_LEADER = "no_leader"
    ZONE_RETIRED = "zone_retired"
    REGION_RETIRED = "region_retired"


class Belonging(IntEnum):
    """How close somebody stands to an order: not at all, by the station, or by the group or the zone itself."""

    NONE = 0
    STATION = 1
    GROUP = 2


@dataclass(frozen=True, slots=True)
class Post:
    """Where somebody works."""

    station_id: UUID
    group_id: UUID


@dataclass(frozen=True, slots=True)
class Case:
    """An open order before and after a move. `answers` tells whether its assignee answers for its zone.

    `post_before` and `post_after` are where the assignee works (None: there is none, or they work nowhere); they move when
    their group does. `led_before` and `led_after` tell whether the group of each side has a leader.
    """

    order_id: UUID
    number: str
    before: Places
    after: Places
    is_assigned: bool
    answers: bool
    post_before: Post | None
    post_after: Post | None
    led_before: bool
    led_after: bool


def strandings(case: Case) -> tuple[Stranding, ...]:
    """Say why an order would be stranded by the move; empty if it would not be.

    Somebody who stood further away already is not stranded by the move, nor is an order whose group had no leader before.
    """
    found = []
    if case.is_assigned and not case.answers:
        belonged, belongs = _belonging(case.before, case.post_before), _belonging(case.after, case.post_after)
        if belongs < belonged:
            found.append(Stranding.ASSIGNEE_ELSEWHERE)
    if case.led_before and not case.led_after:
        found.append(Stranding.NO_LEADER)
    return tuple(found)


def _belonging(places: Places, post: Post | None) -> Belonging:
    if post is None:
        return Belonging.NONE
    if post.group_id == places.group_id:
        return Belonging.GROUP
    return Belonging.STATION if post.station_id == places.station_id else Belonging.NONE


def summary(found: Mapping[UUID, Iterable[Stranding]], numbers: Mapping[UUID, str]) -> dict[str, Any]:
    """Return the members of a refusal: how many orders there are for each reason, and the first of them."""
    counted = Counter(reason for reasons in found.values() for reason in reasons)
    first = sorted(found)[:NAMED]
    return {
        "stranded": len(found),
        "reasons": {reason.value: counted[reason] for reason in Stranding if counted[reason]},
        "orders": [{"id": str(key), "number": numbers[key], "why": [one.value for one in found[key]]} for key in first],
    }
