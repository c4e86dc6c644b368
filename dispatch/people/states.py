"""The states of what people ask of each other: absences and swaps of shifts."""

from enum import StrEnum


class AbsenceStatus(StrEnum):
    """Where a request to be away stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class SwapStatus(StrEnum):
    """Where a proposal to swap two shifts stands."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STANDING = frozenset({AbsenceStatus.REQUESTED, AbsenceStatus.APPROVED})
"""Absences that take the time of whoever asked for them."""
