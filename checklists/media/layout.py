"""How a picture's file is laid out: how many parts it has, where a JPEG ends, and what it takes to unfold."""

from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1024 * 1024
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
MOST_SEGMENTS = 5_000
"""Segments before a JPEG's first scan. A phone writes a few dozen; the depth of a portrait, in pieces, some hundreds."""
MOST_FILLING = 64 * 1024
"""Fill bytes (0xFF) before the markers of a JPEG's head, in all. There may be any number (ITU-T T.81, B.1.1.2); few write one."""
MOST_CHUNKS = 200_000
"""Chunks of a PNG: pieces of 512 bytes for the largest file that is taken by default, where encoders write 4 KiB and more."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset((0xC2, 0xC6, 0xCA, 0xCE))
_BLOCK_BYTES = 128
"""The coefficients of 8 by 8 samples, two bytes each."""


class TooManyParts(ValueError):
    """The file consists of so many parts that reading its head alone would cost a process its time or memory."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A JPEG: the offset behind its end marker in bytes (None: it has no end), and the number of its scans.

    `held_bytes` is what whoever unfolds it has to hold whatever the scale: the coefficients of the whole picture where they come
    in several scans, as a progressive one's do.
    """

    end: int | None
    scans: int
    held_bytes: int


def check_parts(source: BinaryIO) -> None:
    """Check that a file's head can be read with little time and memory; what is neither JPEG nor PNG is not looked at.

    Raises TooManyParts.
    """
    source.seek(0)
    head = source.read(len(PNG))
    if head.startswith(JPEG):
        read_jpeg(source)
    elif head == PNG:
        _count_chunks(source)


def read_jpeg(source: BinaryIO) -> Layout:
    """Read how a JPEG is laid out. What some phones append behind it, such as a short film, does not belong to it.

    Raises TooManyParts.
    """
    source.seek(2)
    filling = held = components = 0
    progressive = False
    for _ in range(MOST_SEGMENTS):
        marker = source.read(4)
        while marker[:2] == b"\xff\xff":  # any marker may have fill bytes before it (B.1.1.2)
            filling += 1
            if filling > MOST_FILLING:
                raise TooManyParts("fill bytes")
            marker = marker[1:] + source.read(1)
        if len(marker) < 4 or marker[0] != 0xFF:
            return Layout(None, 0, 0)
        length = int.from_bytes(marker[2:4], "big") - 2
        if length < 0:
            return Layout(None, 0, 0)
        if marker[1] == 0xDA:
            in_first = source.read(1)
            several = progressive or (in_first != b"" and in_first[0] < components)
            end, scans = _find_end(source)
            return Layout(end, scans, held if several else 0)
        if marker[1] in _FRAMES and not components:
            frame = source.read(length)
            progressive = marker[1] in _PROGRESSIVE
            components, held = _coefficients(frame)
            length -= len(frame)
        source.seek(length, 1)
    raise TooManyParts("segments")


def _coefficients(frame: bytes) -> tuple[int, int]:
    """Return how many components a frame has, and how many bytes all of their coefficients take (B.2.2, A.2.4)."""
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    factors = [(one >> 4, one & 15) for one in frame[7::3]]
    across, down = max((h for h, _ in factors), default=0), max((v for _, v in factors), default=0)
    if not across or not down:
        return 0, 0
    units = -(-width // (8 * across)) * -(-height // (8 * down))
    return len(factors), units * sum(h * v for h, v in factors) * _BLOCK_BYTES


def _find_end(source: BinaryIO) -> tuple[int | None, int]:
    """Return the offset behind the end marker, and the number of scans, from within the first one.

    Within what comes after the start of scan, 0xFF stands before 0xD9, or 0xDA, only where there is one (B.1.1.5).
    """
    at, scans, last = source.tell(), 1, b""
    while chunk := source.read(CHUNK):
        seen = last + chunk
        end = seen.find(b"\xff\xd9")
        scans += seen.count(b"\xff\xda", 0, None if end < 0 else end)
        if end >= 0:
            return at - len(last) + end + 2, scans
        at += len(chunk)
        last = chunk[-1:]
    return None, scans


def _count_chunks(source: BinaryIO) -> None:
    for _ in range(MOST_CHUNKS):
        head = source.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return
        source.seek(int.from_bytes(head[:4], "big") + 4, 1)
    raise TooManyParts("chunks")
