"""What a file really is: its kind and size by its own bytes, whatever its name says."""

import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from checklists.media import errors
from checklists.media.damage import find_damage
from checklists.media.layout import TooManyParts, check_parts, read_jpeg

FORMATS = ("JPEG", "PNG", "WEBP")
KINDS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""Media types by Pillow's names. MPO is a JPEG with further ones behind it: a portrait's depth, a picture for each eye."""
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
        check_parts(source)
        source.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit decides, just below
            with Image.open(source, formats=FORMATS) as opened:
                found = Picture(KINDS[opened.format or ""], opened.width, opened.height)
                if found.width * found.height > MOST_PIXELS:
                    raise errors.TOO_MANY_PIXELS(f"{found.width} by {found.height}, at most {MOST_PIXELS} in all")
                opened.verify()
        if not _is_whole(source, found.content_type):
            raise errors.NOT_A_PICTURE("its end is missing")
    except TooManyParts as error:
        raise errors.NOT_A_PICTURE(f"it has too many {error}") from error
    except Image.DecompressionBombError as error:
        raise errors.TOO_MANY_PIXELS() from error
    except (OSError, ValueError, SyntaxError, KeyError) as error:  # Pillow raises any of these for a broken file
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's error, not the picture's: Pillow's own have no number
        raise errors.NOT_A_PICTURE() from error
    return found


def _is_whole(source: BinaryIO, content_type: str) -> bool:
    """Tell whether the end of a picture is there. Checked without unfolding it; of a PNG its own checks have seen to that."""
    if content_type == "image/jpeg":
        return read_jpeg(source).end is not None
    if content_type == "image/webp":
        source.seek(0)
        head = source.read(8)
        return source.seek(0, 2) >= int.from_bytes(head[4:8], "little") + 8
    return True


def check_undamaged(source: BinaryIO, picture: Picture) -> None:
    """Check that nothing is missing within a picture that was recognised, if it is a JPEG: PNG has checks of its own, WebP none.

    Raises Invalid (media.damaged).
    """
    if picture.content_type == "image/jpeg" and (says := find_damage(source, read_jpeg(source))) is not None:
        raise errors.DAMAGED(says)
