"""What an order's pictures say of themselves, beside what the ops that name them said; for those who review, in their places."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from checklists.evidence.comparing import SUBJECT, Comparison, PhotoRules, Told, compare, read_rules
from checklists.media import queries as media
from checklists.media.queries import Claimed
from checklists.review.who import LEADERS, scope_as
from checklists.runs import queries as runs
from dispatch.policies.queries import rules_at
from dispatch.work_orders import errors
from dispatch.work_orders import queries as work_orders
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import Reading

MOST_ENTRIES = 1_000
"""Entries of an order's timeline that are searched for what was told of its pictures."""


@dataclass(frozen=True, slots=True)
class PhotoEvidence:
    """One picture: what it claims, what was told with it, and how far these are apart."""

    claimed: Claimed
    told: Told
    comparison: Comparison


def evidence_of(reading: Reading, order_id: UUID) -> tuple[PhotoEvidence, ...]:
    """Return the evidence of an order's pictures that are here, by the region's rules of today.

    Raises NotFound (work_order.unknown); Forbidden (forbidden): the caller neither reviews nor leads where the order lies.
    """
    order = work_orders.rows_of(reading, [order_id]).get(order_id)
    if order is None:
        raise errors.UNKNOWN()
    if not scope_as(reading.actor, LEADERS).covers(
        region_id=order.region_id, station_id=order.station_id, group_id=order.group_id, zone_id=order.zone_id
    ):
        raise FORBIDDEN()
    decided = rules_at(reading, [order.region_id], SUBJECT, reading.now).get(order.region_id)
    rules = PhotoRules() if decided is None else read_rules(decided)
    told = _first_told([*_of_entries(reading, order_id), *_of_answers(reading, order_id)])
    found = []
    for one in media.claims_of(reading.session, order_id):
        said = told.get(one.media_id, Told())
        found.append(PhotoEvidence(one, said, compare(one.taken_at, one.lat, one.lon, said, rules)))
    return tuple(found)


def _first_told(told: Iterable[tuple[str, Told]]) -> dict[str, Told]:
    """Return what was told first of each picture, with a place before without: whatever order the ops came in."""
    found: dict[str, Told] = {}
    for media_id, one in sorted(told, key=lambda pair: (pair[1].lat is None, pair[1].at)):
        found.setdefault(media_id, one)
    return found


def _of_entries(reading: Reading, order_id: UUID) -> Iterator[tuple[str, Told]]:
    for entry in work_orders.timeline(reading, order_id, limit=MOST_ENTRIES).items:
        named = entry.data.get("media")
        for media_id in named if isinstance(named, list) else ():
            if isinstance(media_id, str):
                yield media_id, Told(entry.effective_at, entry.lat, entry.lon, entry.accuracy_m)


def _of_answers(reading: Reading, order_id: UUID) -> Iterator[tuple[str, Told]]:
    for given in runs.answers_of_order(reading.session, order_id):
        values = given.value if isinstance(given.value, list) else ()
        for media_id in (*given.media, *values):
            if isinstance(media_id, str):
                yield media_id, Told(given.effective_at)
