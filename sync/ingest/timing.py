"""When an op really happened: the phone's times corrected by what we know of its clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class TimeQuality(StrEnum):
    """How far a corrected time can be trusted, best first."""

    MONO = "mono"
    OFFSET = "offset"
    BRACKETED = "bracketed"
    UNTRUSTED = "untrusted"


@dataclass(frozen=True, slots=True)
class PhoneClock:
    """What a batch says of the phone's clocks; seconds since 1970 (UTC) and seconds since boot. None where it says nothing.

    `offset` is how far the server is ahead of the phone's wall clock. The anchors pair a moment of ours with the phone's
    monotonic clock: the one that the phone kept, and the moment it sent this batch.
    """

    received: float
    offset: float | None = None
    anchors: tuple[tuple[str, float, float], ...] = ()


def moment(text: object) -> float | None:
    """Read an aware ISO 8601 time as seconds since 1970, or return None."""
    if not isinstance(text, str):
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if read.tzinfo is None else read.timestamp()


def number(value: object) -> float | None:
    """Read a finite number, or return None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e15:
        return None
    return float(value)


def read_clock(clock: Any, received_at: datetime) -> PhoneClock:
    """Read the `clock` member of a push; whatever in it cannot be read is as if it were not there."""
    received = received_at.timestamp()
    if not isinstance(clock, dict):
        return PhoneClock(received)
    travel = max(0.0, min((number(clock.get("rtt_ms")) or 0.0) / 2000, 30.0))
    sent = moment(clock.get("sent_at"))
    anchors = []
    kept = clock.get("anchor")
    if isinstance(kept, dict):
        at, mono, boot = moment(kept.get("server_time")), number(kept.get("mono_ms")), kept.get("boot_id")
        # An anchor from the future was not given by us.
        if at is not None and mono is not None and isinstance(boot, str) and at <= received:
            anchors.append((boot, at, mono / 1000))
    mono, boot = number(clock.get("mono_ms")), clock.get("boot_id")
    if mono is not None and isinstance(boot, str):
        anchors.append((boot, received - travel, mono / 1000))
    return PhoneClock(received, None if sent is None else received - travel - sent, tuple(anchors))


def effective(
    op: Mapping[str, Any], clock: PhoneClock, below: float | None, above: float | None
) -> tuple[float, TimeQuality]:
    """Return the corrected time of an op, and its quality.

    It is never later than the moment of receipt, and lies between the corrected times of the nearest ops of the same device
    (`below`, `above`) as far as those are known.
    """
    at, quality = _estimate(op, clock)
    low = 0.0 if below is None else below
    high = clock.received if above is None or above > clock.received else above
    if low <= at <= high:
        return at, quality
    clamped = high if at > high or low > high else low
    return clamped, quality if quality is TimeQuality.UNTRUSTED else TimeQuality.BRACKETED


def _estimate(op: Mapping[str, Any], clock: PhoneClock) -> tuple[float, TimeQuality]:
    mono, boot = number(op.get("mono_ms")), op.get("boot_id")
    if mono is not None:
        for known_boot, at, anchor_mono in clock.anchors:
            if boot == known_boot:
                return at + mono / 1000 - anchor_mono, TimeQuality.MONO
    occurred = moment(op.get("occurred_at"))
    if occurred is None:
        return clock.received, TimeQuality.UNTRUSTED
    if clock.offset is None:
        return occurred, TimeQuality.BRACKETED
    return occurred + clock.offset, TimeQuality.OFFSET


def aware(seconds: float) -> datetime:
    """Turn seconds since 1970 into an aware UTC datetime."""
    return datetime.fromtimestamp(seconds, UTC)
