"""Whether the middle of a JPEG is there: what a decoder notices when it reads all of its bytes."""

import io
import mmap
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import simplejpeg

from checklists.media.layout import Layout

MOST_SCANS = 100
"""Scans that are read: encoders write up to about twenty, and each costs a walk over the whole picture, however short it is."""
MOST_HELD = 200 * 1024 * 1024
"""Bytes of coefficients that are held at once: a progressive picture of 65 million pixels with its colours halved both ways."""
MOST_SURPLUS = 16
"""Bytes before the end marker that belong to nothing: some cameras write a few, and every decoder passes over them."""
_DAMAGE = re.compile(
    r"Corrupt JPEG data: |Premature end of JPEG file|Bogus |Invalid JPEG file structure|Invalid component ID"
    r"|Invalid progressive parameters|Unsupported marker type|(Huffman|Quantization) table 0x\w\w was not defined"
)
"""What the decoder says of bytes that are missing or were changed. All else that it says (of colours, of progressions that are
unusual and yet show the picture, of forms that it does not read) is no damage, or none that it could tell."""
_SURPLUS = re.compile(r"Corrupt JPEG data: (\d+) extraneous bytes before marker 0xd9")
_ONE_AT_A_TIME = threading.Lock()
"""The memory that is held is a process's, however many threads it has."""


def is_readable(layout: Layout) -> bool:
    """Tell whether a JPEG can be read with bounded time and memory."""
    return layout.scans <= MOST_SCANS and layout.held_bytes <= MOST_HELD


def find_damage(source: BinaryIO, layout: Layout) -> str | None:
    """Return what is wrong within a JPEG, in the decoder's words, or None if nothing is, as far as can be told.

    It is read in an eighth of its size, where nearly all of the work is to follow the code that its bytes are in. Where a piece
    is missing or was replaced, that code gets out of step and hardly ever comes out even; a few changed bits may go unnoticed,
    as may a piece that came twice. Of pictures that would take too much time or memory nothing is told.

    Raises OSError when the source cannot be read.
    """
    if layout.end is None or not is_readable(layout):
        return None
    with _ONE_AT_A_TIME, _content(source, layout.end) as content:
        try:
            simplejpeg.decode_jpeg(content, "GRAY", fastdct=True, fastupsample=True, min_height=1, min_width=1)
        except ValueError as error:
            return _damage(str(error))
    return None


def _damage(says: str) -> str | None:
    surplus = _SURPLUS.match(says)
    if surplus is not None and int(surplus[1]) <= MOST_SURPLUS:
        return None
    return says if _DAMAGE.match(says) else None


@contextmanager
def _content(source: BinaryIO, end: int) -> Iterator[bytes | mmap.mmap]:
    """Give the bytes up to `end`: a file's without reading them into memory."""
    try:
        number = source.fileno()
    except io.UnsupportedOperation:
        source.seek(0)
        yield source.read(end)
        return
    with mmap.mmap(number, end, access=mmap.ACCESS_READ) as mapped:
        yield mapped
