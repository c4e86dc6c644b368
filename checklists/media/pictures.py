"""What a file really is: its kind and size by its own bytes, whatever its name says."""

import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from checklists.media import errors

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
    except Image.DecompressionBombError as error:
        raise errors.TOO_MANY_PIXELS() from error
    except (OSError, ValueError, SyntaxError, KeyError) as error:  # Pillow raises any of these for a broken file
        raise errors.NOT_A_PICTURE() from error
    return found
