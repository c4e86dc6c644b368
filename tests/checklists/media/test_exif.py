import io
import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PIL import ExifTags, Image

from checklists.media.exif import Claims, read_claims
from checklists.media.states import ClockBasis

SHANGHAI = ZoneInfo("Asia/Shanghai")
EXIF, GPS = ExifTags.Base, ExifTags.GPS
HERE = {
    GPS.GPSLatitudeRef: "N",
    GPS.GPSLatitude: (33.0, 46.0, 48.0),
    GPS.GPSLongitudeRef: "W",
    GPS.GPSLongitude: (119.0, 15.0, 36.0),
}


def photo(shot=None, gps=None, main=None, kind="JPEG", size=(64, 48)) -> bytes:
    """Return a picture with these tags in it."""
    exif = Image.Exif()
    exif.update(main or {})
    exif.get_ifd(ExifTags.IFD.Exif).update(shot or {})
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps or {})
    packed = io.BytesIO()
    Image.new("RGB", size, "teal").save(packed, kind, exif=exif)
    return packed.getvalue()


def claims(content: bytes) -> Claims:
    with Image.open(io.BytesIO(content)) as opened:
        return read_claims(opened, SHANGHAI)


TAKEN = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
SATELLITES = {GPS.GPSDateStamp: "2026:11:22", GPS.GPSTimeStamp: (1.0, 30.0, 0.0)}


@pytest.mark.parametrize(
    ("shot", "gps", "taken_at", "basis"),
    [
        ({EXIF.DateTimeOriginal: "2026:11:22 09:30:00"}, {}, TAKEN, ClockBasis.REGION),
        (
            {EXIF.DateTimeOriginal: "2026:11:22 03:30:00", EXIF.OffsetTimeOriginal: "+02:00"},
            SATELLITES,
            TAKEN,
            ClockBasis.OFFSET,
        ),
        ({EXIF.DateTimeOriginal: "0000:00:00 00:00:00"}, SATELLITES, TAKEN, ClockBasis.GPS),
        ({EXIF.DateTimeOriginal: "yesterday", EXIF.OffsetTimeOriginal: "+99:00"}, {}, None, None),
        ({}, {}, None, None),
    ],
    ids=["wall clock", "offset", "satellites", "no time", "nothing"],
)
def test_the_best_clock_of_a_picture_counts(shot, gps, taken_at, basis):
    found = claims(photo(shot, gps))
    assert (found.taken_at, found.basis) == (taken_at, basis)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_read_of_every_kind(kind):
    found = claims(photo(gps=HERE, main={EXIF.Make: "Acme\0", EXIF.Model: "One  " + "x" * 200}, kind=kind))
    assert (found.lat, found.lon) == (pytest.approx(33.78), pytest.approx(-119.26))
    assert found.camera == ("Acme One " + "x" * 200)[:80]


@pytest.mark.parametrize(
    "gps",
    [
        {**HERE, GPS.GPSLatitude: (133.0, 0.0, 0.0)},
        {**HERE, GPS.GPSLatitude: (0.0, 0.0, 0.0), GPS.GPSLongitude: (0.0, 0.0, 0.0)},
        {GPS.GPSLatitude: (33.0, 46.0, 48.0)},
    ],
    ids=["beyond the pole", "zeros", "half"],
)
def test_a_place_that_is_none_is_none(gps):
    found = claims(photo(gps=gps))
    assert (found.lat, found.lon) == (None, None)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of Pillow, while it opens what we broke
def test_metadata_that_are_broken_in_any_way_are_no_failure():
    whole, draw = photo({EXIF.DateTimeOriginal: "2026:11:22 09:30:00"}, HERE), random.Random(5)
    head = whole.index(b"Exif")
    end = head + int.from_bytes(whole[head - 2 : head], "big") - 2
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(draw.randint(1, 6)):
            broken[draw.randrange(head + 6, end)] = draw.randrange(256)
        with Image.open(io.BytesIO(bytes(broken))) as opened:
            assert isinstance(read_claims(opened, SHANGHAI), Claims)
