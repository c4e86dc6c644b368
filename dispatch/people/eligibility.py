"""Whether somebody may do a piece of work, by the skills that they hold on that day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

LOWEST, HIGHEST = 1, 5


class SkillBar(StrEnum):
    """What keeps somebody from using a skill that they hold, until it is lifted."""

    EXAM_FAILED = "exam_failed"
    RETRAINING = "retraining"


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A skill with its level from 1 to 5 and its certificate, good to the end of the day `valid_until` (None: for good).

    `bars` says what keeps the person from using it: a failed exam until it is passed, retraining until it is recorded.
    """

    skill: str
    level: int = LOWEST
    certificate: str | None = None
    valid_until: date | None = None
    issuer: str | None = None
    issued_on: date | None = None
    bars: tuple[SkillBar, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the certificate is still good on a day."""
        return self.valid_until is None or day <= self.valid_until


class Bar(StrEnum):
    """Why somebody may not do a piece of work."""

    SKILL_MISSING = "skill_missing"
    SKILL_EXPIRED = "skill_expired"
    EXAM_FAILED = "exam_failed"
    RETRAINING = "retraining"
    LEVEL_TOO_LOW = "level_too_low"


def bars(
    skills: Iterable[HeldSkill], needed: str | None, at: datetime, timezone: tzinfo, *, level: int = LOWEST
) -> tuple[Bar, ...]:
    """Return everything that keeps somebody with these skills from work that needs a skill, at a level; the gravest first.

    `at` is the aware time of the work, and `timezone` the region's: a certificate ends with the day there.
    """
    return () if needed is None else bars_on(skills, needed, at.astimezone(timezone).date(), level)


def bars_on(skills: Iterable[HeldSkill], needed: str, day: date, level: int) -> tuple[Bar, ...]:
    """Return what `bars` returns for work on a day: for thousands of people whose day is the same."""
    for held in skills:
        if held.skill == needed:
            break
    else:
        return (Bar.SKILL_MISSING,)
    if (held.valid_until is None or day <= held.valid_until) and not held.bars and held.level >= level:
        return ()
    found = []
    if not held.is_valid_on(day):
        found.append(Bar.SKILL_EXPIRED)
    if held.bars:
        found += [Bar(one.value) for one in SkillBar if one in held.bars]
    if held.level < level:
        found.append(Bar.LEVEL_TOO_LOW)
    return tuple(found)


def bar(
    skills: Iterable[HeldSkill], needed: str | None, at: datetime, timezone: tzinfo, *, level: int = LOWEST
) -> Bar | None:
    """Return the gravest of what keeps somebody from the work, or None; see `bars`."""
    return next(iter(bars(skills, needed, at, timezone, level=level)), None)


def is_eligible(
    skills: Iterable[HeldSkill], needed: str | None, at: datetime, timezone: tzinfo, *, level: int = LOWEST
) -> bool:
    """Tell whether nothing keeps somebody with these skills from the work; see `bar`."""
    return bar(skills, needed, at, timezone, level=level) is None
