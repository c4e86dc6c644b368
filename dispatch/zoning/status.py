"""What can become of a proposal."""

from enum import StrEnum


class ProposalStatus(StrEnum):
    """What became of a proposal."""

    DRAFT = "draft"
    APPLIED = "applied"
    UNDONE = "undone"
    DISCARDED = "discarded"
