"""A CSV file as a stream of records, each with the physical line it begins on; gzip is unpacked on the way."""

import csv
import gzip
import io
import zlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from dispatch import errors

GZIP_MAGIC = b"\x1f\x8b"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
BROKEN = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells, and the physical lines (from 1) that it begins and ends on.

    `problem` says why the cells cannot be trusted, if so.
    """

    line: int
    last_line: int
    cells: Sequence[str]
    problem: str | None = None


def read_records(
    source: BinaryIO, *, encoding: str = "utf-8-sig", delimiter: str = ","
) -> Generator[Record, None, None]:
    """Yield the records of a CSV file, its header first; empty lines are passed over. Memory stays small.

    Bytes that are not of the encoding come out as lone surrogates, from which they can be written back as they were.

    Raises Invalid (table.unreadable): UTF-16, a broken gzip file, or nothing in it.
    """
    text = _open_text(source, encoding)
    try:
        yield from _parse(text, delimiter)
    finally:
        # Without this, the wrapper would close the caller's file when it goes.
        text.detach()


def _parse(text: io.TextIOWrapper, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(text, delimiter=delimiter)
    nothing = True
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield Record(line, reader.line_num, (), f"lines {line} to {reader.line_num}: {error}")
            continue
        except BROKEN as error:
            raise errors.NO_TABLE(f"the file breaks off after line {line - 1}: {error}") from error
        if cells:
            nothing = False
            yield Record(line, reader.line_num, cells)
    if nothing:
        raise errors.NO_TABLE("there is nothing in the file")


def _open_text(source: BinaryIO, encoding: str) -> io.TextIOWrapper:
    buffered = source if isinstance(source, io.BufferedReader) else io.BufferedReader(_Raw(source))
    if buffered.peek(2)[:2] == GZIP_MAGIC:
        buffered = io.BufferedReader(gzip.GzipFile(fileobj=buffered))
    try:
        start = buffered.peek(2)[:2]
    except BROKEN as error:
        raise errors.NO_TABLE(f"the file cannot be unpacked: {error}") from error
    if start in UTF16_MARKS:
        raise errors.NO_TABLE("the file is in UTF-16; save it as UTF-8")
    return io.TextIOWrapper(buffered, encoding=encoding, errors="surrogateescape", newline="")


class _Raw(io.RawIOBase):
    """Any binary stream as the raw one that BufferedReader wants."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = self._source.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)
