"""Who may be mentor and mentee of each other (师带徒)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.people import errors
from dispatch.people.authority import Staff
from dispatch.people.rules.numbers import PeopleRules, Reach


@dataclass(frozen=True, slots=True)
class Pair:
    """A mentor and a mentee, from a moment until another (None: still); aware UTC."""

    mentor_id: UUID
    mentee_id: UUID
    valid_from: datetime
    valid_to: datetime | None

    def meets(self, other: "Pair") -> bool:
        """Tell whether both hold at some same moment; a pair that was ended before it began never does."""
        if self.valid_from == self.valid_to or other.valid_from == other.valid_to:
            return False
        return (other.valid_to is None or self.valid_from < other.valid_to) and (
            self.valid_to is None or other.valid_from < self.valid_to
        )


def check_pair(pair: Pair, mentor: Staff, mentee: Staff, others: Sequence[Pair], rules: PeopleRules) -> None:
    """Check that a pair may be made; `others` are all pairs in which either of the two is anything.

    Raises:
        Invalid (people.mentor_wrong): one person, or too far apart; Invalid (people.span_wrong): it ends before it begins;
        Conflict (people.left): one of the two has left; path `/mentor_id` or `/mentee_id`;
        Conflict (people.mentee_taken): the mentee has a mentor then, or is one's own mentor;
        Conflict (people.mentor_busy): the mentor has as many mentees at some moment as the rules allow.
    """
    if pair.mentor_id == pair.mentee_id:
        raise errors.MENTOR_WRONG("nobody is their own mentor", path="/mentee_id")
    if pair.valid_to is not None and pair.valid_to <= pair.valid_from:
        raise errors.SPAN_WRONG(path="/valid_to")
    for who, path in ((mentor, "/mentor_id"), (mentee, "/mentee_id")):
        if who.left_at is not None:
            raise errors.LEFT(path=path)
    if mentor.region_id != mentee.region_id:
        raise errors.MENTOR_WRONG("they work in different regions", path="/mentor_id")
    if rules.mentor_within is Reach.STATION and mentor.station_id != mentee.station_id:
        raise errors.MENTOR_WRONG("they work at different stations", path="/mentor_id")
    met = [other for other in others if other.meets(pair)]
    if any(other.mentee_id == pair.mentee_id for other in met):
        raise errors.MENTEE_TAKEN(path="/mentee_id")
    if any((other.mentor_id, other.mentee_id) == (pair.mentee_id, pair.mentor_id) for other in met):
        raise errors.MENTEE_TAKEN("they are the mentee of this one", path="/mentor_id")
    mentees = [other for other in met if other.mentor_id == pair.mentor_id]
    # Most at once: looked at when the pair begins, and whenever another begins within it.
    moments = [pair.valid_from, *(other.valid_from for other in mentees if other.valid_from > pair.valid_from)]
    most = max(sum(_holds(other, moment) for other in mentees) for moment in moments)
    if most >= rules.mentees_at_most:
        raise errors.MENTOR_BUSY(f"at most {rules.mentees_at_most}", path="/mentor_id")


def _holds(pair: Pair, at: datetime) -> bool:
    return pair.valid_from <= at and (pair.valid_to is None or at < pair.valid_to)
