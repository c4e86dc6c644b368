"""How a receiver answered, and what that says of it."""

from dataclasses import dataclass
from datetime import timedelta

LONGEST_EXCERPT = 1_000
GONE = 410
LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """How a receiver answered, or why it did not. `excerpt` is the beginning of what it said."""

    status: int | None
    took_ms: int
    error: str | None = None
    excerpt: str | None = None
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it took the message."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether it wants no message any more."""
        return self.status == GONE

    @property
    def is_down(self) -> bool:
        """Whether it is the receiver and not the message: others would fare alike."""
        return self.status is None or self.status >= 500 or self.status in LATER or self.is_gone

    @property
    def says(self) -> str | None:
        """What was wrong, in a few words; None when it took the message."""
        if self.is_taken:
            return None
        return self.error or f"it answered {self.status}"
