"""The states of a service report."""

from enum import StrEnum


class ReportState(StrEnum):
    """Wanted until it is made; failed when it could not be made several times over."""

    WANTED = "wanted"
    MADE = "made"
    FAILED = "failed"
