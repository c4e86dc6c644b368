"""Lines of a file, packed to be kept until they are brought in: some hundreds in each piece."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import zstandard

from dispatch.csv_stream import Record

BATCH = 500
"""Lines that one transaction brings in."""
MOST_UNPACKED = 256 * 1024 * 1024
"""Bytes; what we packed ourselves is smaller."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line as it came: the record, without what `defused` may have put before its cells, and the zone that a person decided."""

    record: Record
    zone: str | None = None


def pack(lines: Sequence[SourceLine]) -> bytes:
    """Pack lines; lone surrogates, which stand for bytes of another encoding, come back as they are."""
    rows = [
        [one.record.line, one.record.last_line, list(one.record.cells), one.record.problem, one.zone] for one in lines
    ]
    # The standard library's JSON writes lone surrogates as escapes; others refuse them.
    return zstandard.compress(json.dumps(rows, separators=(",", ":")).encode("ascii"))


def unpack(content: bytes) -> list[SourceLine]:
    """Return the lines that were packed."""
    rows = json.loads(zstandard.ZstdDecompressor().decompress(content, max_output_size=MOST_UNPACKED))
    return [SourceLine(Record(line, last, tuple(cells), problem), zone) for line, last, cells, problem, zone in rows]
