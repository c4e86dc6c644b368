"""The states of an upload."""

from enum import StrEnum


class UploadState(StrEnum):
    """Open while bytes are missing; received until it was looked at; then verified, or failed with a code."""

    OPEN = "open"
    RECEIVED = "received"
    VERIFIED = "verified"
    FAILED = "failed"
