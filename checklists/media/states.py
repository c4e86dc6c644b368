"""The states of a photo or signature."""

from enum import StrEnum


class MediaState(StrEnum):
    """What is known of a file: that it is to come, that it is here, or that it did not come in time."""

    AWAITED = "awaited"
    VERIFIED = "verified"
    OVERDUE = "overdue"
