"""What a customer sees beside the answers: times, photos by their hashes, parts and fees, as of now or of an earlier moment."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.fees.lines import Facts, LineKind, line_document, total_document, totals
from kernel.clock import iso, parse_moment

FIRST, SECOND = 1, 2
"""The versions of the snapshot: answers only; and answers with times, photos, parts and fees."""
NEWEST = SECOND
MOST_PHOTOS = 200
TIMES = {"work_order.arrive": "arrived_at", "work_order.start": "started_at"}
"""Commands whose times are shown, and as what."""

_HASH = re.compile("[0-9A-Fa-f]{64}")
Key = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms somebody signed: the version of the snapshot, and what only who showed it could know.

    `completed_at` is when the work was done, as it was shown (UTC, milliseconds). `photos` are the SHA-256 of photos by media id,
    None where it was not known then.
    """

    snapshot: int = FIRST
    completed_at: str | None = None
    photos: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells terms apart."""
        return (self.snapshot, self.completed_at, tuple(sorted(self.photos.items())))


FIRST_TERMS = Terms()


def read_terms(snapshot: object, completed_at: object, photos: object) -> Terms:
    """Read the terms that came with a signature; what cannot be read was not shown, and the digest will not match."""
    if snapshot != SECOND:
        return FIRST_TERMS
    done = parse_moment(completed_at)
    given = photos if isinstance(photos, Mapping) else {}
    known = {
        key: None if value is None else value.lower()
        for key, value in list(given.items())[:MOST_PHOTOS]
        if isinstance(key, str) and (value is None or (isinstance(value, str) and _HASH.fullmatch(value)))
    }
    return Terms(SECOND, None if done is None else iso(done), known)


@dataclass(frozen=True, slots=True)
class Moment:
    """When somebody arrived or began, by the clock of who recorded it (`at`), and by the corrected one (`key`)."""

    name: str
    key: Key
    at: datetime


@dataclass(slots=True)
class Around:
    """What is known of an order beside its checklist: fees and parts, moments, and the hashes of its files by media id."""

    facts: Facts = field(default_factory=Facts)
    moments: list[Moment] = field(default_factory=list)
    hashes: Mapping[str, str] = field(default_factory=dict)

    def seen(self, media: Iterable[str], terms: Terms, as_of: Key | None = None) -> dict[str, Any]:
        """Return the members of the second snapshot that are no answers.

        A photo's hash is the one that was shown, unless the file that came in is another one.
        """
        lines = self.facts.in_force(as_of)
        return {
            "times": {**self.times(as_of), "completed_at": terms.completed_at},
            "photos": {key: self._hash(key, terms) for key in media},
            "parts": [line_document(line) for line in lines if line.kind is LineKind.PART],
            "fees": [line_document(line) for line in lines if line.kind is not LineKind.PART],
            "totals": [total_document(total) for total in totals(lines)],
        }

    def times(self, as_of: Key | None = None) -> dict[str, str | None]:
        """Return when somebody last arrived, and last began, as it is shown; None where nobody did."""
        found: dict[str, str | None] = dict.fromkeys(TIMES.values())
        for one in sorted(self.moments, key=lambda one: one.key):
            if as_of is None or one.key <= as_of:
                found[one.name] = iso(one.at)
        return found

    def _hash(self, media_id: str, terms: Terms) -> str | None:
        known = self.hashes.get(media_id)
        if media_id not in terms.photos or (known is not None and terms.photos[media_id] is not None):
            return known
        return terms.photos[media_id]
