"""The states of a phone."""

from enum import StrEnum


class DeviceStatus(StrEnum):
    """A revoked device may still hand in its work until `push_until`; a closed one may do nothing."""

    ACTIVE = "active"
    REVOKED = "revoked"
    CLOSED = "closed"


class PhoneEvent(StrEnum):
    """What happens to a phone in its life."""

    REGISTERED = "registered"
    ENROLLED = "enrolled"
    ROTATED = "rotated"
    SIGNED_OFF = "signed_off"
    RETURNED = "returned"
    REVOKED = "revoked"
    REINSTATED = "reinstated"
    WIPED = "wiped"
    CLONED = "cloned"
    SILENT = "silent"
