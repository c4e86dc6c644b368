"""What a file really is: its kind and size by its own bytes, whatever its name says."""

import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from checklists.media import errors

CHUNK = 1024 * 1024
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MOST_PIXELS = 100_000_000
"""Twice what the largest phone cameras deliver in one shot."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's media type, and its size in pixels."""

    content_type: str
    width: int
    height: int


def recognise(source: BinaryIO) -> Picture:
    """Read what a picture is, and whether it is whole, without unfolding more than its head says it may be.

    Raises:
        Invalid (media.not_a_picture, media.too_many_pixels).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit decides, just below
            with Image.open(source, formats=list(KINDS)) as opened:
                found = Picture(KINDS[opened.format or ""], opened.width, opened.height)
                if found.width * found.height > MOST_PIXELS:
                    raise errors.TOO_MANY_PIXELS(f"{found.width} by {found.height}, at most {MOST_PIXELS} in all")
                opened.verify()
        if not _is_whole(source, found.content_type):
            raise errors.NOT_A_PICTURE("its end is missing")
    except Image.DecompressionBombError as error:
        raise errors.TOO_MANY_PIXELS() from error
    except (OSError, ValueError, SyntaxError, KeyError) as error:  # Pillow raises any of these for a broken file
        raise errors.NOT_A_PICTURE() from error
    return found


def _is_whole(source: BinaryIO, content_type: str) -> bool:
    """Tell whether the end of a picture is there. Checked without unfolding it; of a PNG its own checks have seen to that."""
    source.seek(0)
    if content_type == "image/jpeg":
        return _jpeg_ends(source)
    if content_type == "image/webp":
        head = source.read(8)
        return source.seek(0, 2) >= int.from_bytes(head[4:8], "little") + 8
    return True


def _jpeg_ends(source: BinaryIO) -> bool:
    """Tell whether a JPEG has its end marker. What some phones append behind it, such as a short film, does not matter.

    Within what comes after the start of scan, 0xFF stands before 0xD9 only there (ITU-T T.81, B.1.1).
    """
    source.seek(2)
    while True:
        marker = source.read(4)
        if len(marker) < 4 or marker[0] != 0xFF:
            return False
        source.seek(int.from_bytes(marker[2:4], "big") - 2, 1)
        if marker[1] == 0xDA:
            break
    last = b""
    while chunk := source.read(CHUNK):
        if b"\xff\xd9" in last + chunk:
            return True
        last = chunk[-1:]
    return False
