"""What a region decides about how long people's data are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from dispatch.policies import rules

SUBJECT = "retention"
LONGEST = 36_500


class Kind(StrEnum):
    """What is erased by itself: what a customer, a report, photos, notices to staff and sign-ins left behind."""

    CUSTOMERS = "customers"
    REQUESTS = "requests"
    MEDIA = "media"
    NOTICES = "notices"
    SIGN_INS = "sign_ins"


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """For how many days each kind is kept after the last that happened; 0: until somebody asks."""

    days: Mapping[Kind, int]

    def before(self, kind: Kind, now: datetime) -> datetime | None:
        """Return the moment before which it is over for a kind, or None when it never is."""
        days = self.days[kind]
        return now - timedelta(days=days) if days else None


def read_policy(given: Mapping[str, Any]) -> RetentionPolicy:
    """Read the rules of a region; what is left out is kept. Raises Invalid (policy.rules_wrong) with the path."""
    rules.known(given, [f"{kind.value}_days" for kind in Kind])
    return RetentionPolicy({kind: rules.whole(given, f"{kind.value}_days", 0, 0, LONGEST) for kind in Kind})
