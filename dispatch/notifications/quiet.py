"""Quiet hours: when nothing that can wait reaches anybody."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of the day to another, perhaps over midnight; the same twice means never."""

    begins: time
    ends: time

    def until(self, at: datetime, timezone: str) -> datetime | None:
        """Return when the quiet hours end in which a moment lies, or None when it lies in none. `timezone` is an IANA name."""
        zone = ZoneInfo(timezone)
        local = at.astimezone(zone)
        now = local.time()
        over_midnight = self.ends < self.begins
        if over_midnight:
            inside, days = now >= self.begins or now < self.ends, 1 if now >= self.begins else 0
        else:
            inside, days = self.begins <= now < self.ends, 0
        if not inside:
            return None
        end = datetime.combine(local.date() + timedelta(days=days), self.ends, zone).astimezone(UTC)
        # In the night when clocks go back the end comes twice; the second time is the one that is meant.
        return end if end > at else end.astimezone(zone).replace(fold=1).astimezone(UTC)


NIGHT = QuietHours(time(22), time(7))
"""What holds for a region that has said nothing else."""


def quiet_hours(begins: time | None, ends: time | None) -> QuietHours | None:
    """Return the quiet hours between two times; without times there are none."""
    return None if begins is None or ends is None or begins == ends else QuietHours(begins, ends)
