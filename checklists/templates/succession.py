"""Which version of a template counts where and when: the latest that has begun, is not retired, and is not tried elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.territory.pilots import PilotHistory


@dataclass(frozen=True, slots=True)
class Edition:
    """A version that was published: since when it is in force, and until when (aware UTC)."""

    version_id: UUID
    code: str
    version: int
    effective_from: datetime
    retired_at: datetime | None = None


def subject_of(code: str, version: int) -> str:
    """Return the name by which a version is tried: `catv-fault@3`."""
    return f"{code}@{version}"


def read_subject(subject: str) -> tuple[str, int] | None:
    """Read what `subject_of` wrote; None for anything else."""
    code, _, number = subject.rpartition("@")
    plain = number.isascii() and number.isdigit() and not number.startswith("0") and len(number) < 10
    return (code, int(number)) if code and plain else None


def in_force(
    editions: Iterable[Edition], zone_id: UUID | None, at: datetime, pilots: PilotHistory
) -> dict[str, Edition]:
    """Return the edition of each code that an order gets which is created in a zone (None: in none) at a moment.

    The later one counts; of two that begin together the one with the higher number. What is being tried counts in its pilot
    zones only, and what was given up nowhere.
    """
    found: dict[str, Edition] = {}
    for one in sorted(editions, key=lambda each: (each.effective_from, each.version)):
        begun = one.effective_from <= at and (one.retired_at is None or at < one.retired_at)
        if begun and pilots.counts(subject_of(one.code, one.version), zone_id, at):
            found[one.code] = one
    return found
