"""The states of a phone."""

from enum import StrEnum


class DeviceStatus(StrEnum):
    """A revoked device may still hand in its work until `push_until`; a closed one may do nothing."""

    ACTIVE = "active"
    REVOKED = "revoked"
    CLOSED = "closed"
