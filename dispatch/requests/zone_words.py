"""How the zone of a request is known, and why it may not be."""

from enum import StrEnum


class ZoneBy(StrEnum):
    """Who or what said in which zone a request lies."""

    GIVEN = "given"
    SITE = "site"
    CUSTOMER = "customer"
    POSITION = "position"
    DECISION = "decision"
    RECORDED = "recorded"


class ZoneNeed(StrEnum):
    """Why a request waits for a person to say in which zone it lies."""

    AMBIGUOUS = "ambiguous"
    OUTSIDE = "outside"
    UNLOCATED = "unlocated"
