"""The two clocks of a phone: one that its owner may have set wrongly, and one that counts since the phone was switched on."""

import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from uuid import uuid4

LOCAL = timezone(timedelta(hours=8))


class PhoneClock:
    """A wall clock that is wrong by `skew_seconds`, and a monotonic clock that began at this boot, `up_seconds` ago."""

    def __init__(
        self, boot: str, *, skew_seconds: float = 0.0, up_seconds: float = 0.0, zone: tzinfo | None = LOCAL
    ) -> None:
        self.skew = timedelta(seconds=skew_seconds)
        self.boot = boot
        self._zone = zone
        self._booted = time.monotonic() - up_seconds

    @classmethod
    def here(cls) -> "PhoneClock":
        """Return the clocks of this machine, in its time zone; each process counts as a boot of its own."""
        return cls(uuid4().hex, zone=None)

    def wall(self) -> datetime:
        """Return what the phone shows, in local time."""
        return (datetime.now(UTC) + self.skew).astimezone(self._zone)

    def wall_text(self) -> str:
        """Write what the phone shows, ISO 8601 with milliseconds."""
        return self.wall().isoformat(timespec="milliseconds")

    def mono_ms(self) -> int:
        """Return the milliseconds since the boot."""
        return int((time.monotonic() - self._booted) * 1000)
