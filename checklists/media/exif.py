"""What a picture says of itself: when it was taken, where, and with which camera. Anybody can write anything there."""

import math
import re
import struct
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from PIL import ExifTags, Image

from checklists.media.states import ClockBasis

LONGEST_CAMERA = 80
BROKEN = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    SyntaxError,
    ArithmeticError,
    AttributeError,
    struct.error,
)
"""What Pillow raises for metadata that are no such thing."""
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_GPS, _EXIF = ExifTags.GPS, ExifTags.Base


@dataclass(frozen=True, slots=True)
class Claims:
    """What a picture claims. `taken_at` is aware UTC, `basis` says by which clock; the place is WGS 84 degrees."""

    taken_at: datetime | None = None
    basis: ClockBasis | None = None
    lat: float | None = None
    lon: float | None = None
    camera: str | None = None


def read_claims(opened: Image.Image, zone: tzinfo) -> Claims:
    """Read what a picture claims; what is missing or no such thing is None.

    A time without an offset is one of the clock on the wall, taken to be that of `zone`; where there is none at all, that of the
    satellites counts.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tags that lie about their size
            exif = opened.getexif()
            main, gps = dict(exif), dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
            shot = dict(exif.get_ifd(ExifTags.IFD.Exif))
    except BROKEN:
        return Claims()
    taken_at, basis = _taken(main, shot, gps, zone)
    lat, lon = _place(gps)
    return Claims(taken_at, basis, lat, lon, _camera(main))


def _taken(
    main: dict[int, Any], shot: dict[int, Any], gps: dict[int, Any], zone: tzinfo
) -> tuple[datetime | None, ClockBasis | None]:
    """Return when it was taken, and by which clock."""
    for told, offset in (
        (shot.get(_EXIF.DateTimeOriginal), shot.get(_EXIF.OffsetTimeOriginal)),
        (shot.get(_EXIF.DateTimeDigitized), shot.get(_EXIF.OffsetTimeDigitized)),
        (main.get(_EXIF.DateTime), shot.get(_EXIF.OffsetTime)),
    ):
        clock = _clock(told)
        if clock is not None:
            known = _offset(offset)
            aware = clock.replace(tzinfo=known or zone).astimezone(UTC)
            return aware, ClockBasis.OFFSET if known else ClockBasis.REGION
    satellites = _satellites(gps)
    return satellites, None if satellites is None else ClockBasis.GPS


def _clock(told: Any) -> datetime | None:
    try:
        # Which zone it is in is not known here.
        found = datetime.strptime(str(told).strip("\0 ")[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2200 else None


def _offset(told: Any) -> timezone | None:
    found = _OFFSET.fullmatch(str(told).strip("\0 "))
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    if ahead > timedelta(hours=14):
        return None
    return timezone(-ahead if found[1] == "-" else ahead)


def _satellites(gps: dict[int, Any]) -> datetime | None:
    try:
        hours, minutes, seconds = (int(float(part)) for part in gps[_GPS.GPSTimeStamp])
        return _aware(_clock(f"{gps[_GPS.GPSDateStamp]} {hours:02}:{minutes:02}:{seconds:02}"))
    except BROKEN:
        return None


def _aware(clock: datetime | None) -> datetime | None:
    return None if clock is None else clock.replace(tzinfo=UTC)


def _place(gps: dict[int, Any]) -> tuple[float | None, float | None]:
    lat = _degrees(gps, _GPS.GPSLatitude, _GPS.GPSLatitudeRef, "S", 90)
    lon = _degrees(gps, _GPS.GPSLongitude, _GPS.GPSLongitudeRef, "W", 180)
    # Cameras that know no place write zeros.
    if lat is None or lon is None or (lat, lon) == (0, 0):
        return None, None
    return lat, lon


def _degrees(gps: dict[int, Any], where: int, side: int, negative: str, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in gps[where])
        found = degrees + minutes / 60 + seconds / 3600
        below = str(gps.get(side, "")).strip("\0 ").upper() == negative
    except BROKEN:
        return None
    if not math.isfinite(found) or min(degrees, minutes, seconds) < 0 or found > most:
        return None
    return -found if below else found


def _camera(main: dict[int, Any]) -> str | None:
    words = (str(main.get(tag) or "") for tag in (_EXIF.Make, _EXIF.Model))
    told = " ".join(" ".join(words).split())
    return "".join(letter for letter in told if letter.isprintable())[:LONGEST_CAMERA].strip() or None
