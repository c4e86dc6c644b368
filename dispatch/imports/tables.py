"""Reads a file that somebody sent, CSV or workbook, into packed lines, within limits of size and number."""

import codecs
import csv
import gzip
import hashlib
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from dispatch import errors as table_errors
from dispatch.cells import fused
from dispatch.csv_stream import BROKEN, GZIP_MAGIC, UTF16_MARKS, Record, read_records
from dispatch.imports import errors
from dispatch.imports.batches import BATCH, SourceLine, pack
from dispatch.imports.states import FileFormat
from dispatch.rejects import MARKS, as_original, is_rejects_header
from kernel.errors import TOO_LARGE, DomainError

ZIP_MAGIC = b"PK\x03\x04"
UTF_8, GB18030 = "utf-8-sig", "gb18030"
DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 200
LOOKED_AT = 64 * 1024
UNPACKED_TIMES = 20
"""How many times larger a packed file may become: lists of words become ten times larger, bombs a thousand times."""
MOST_SPOOLED = 1024 * 1024
PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be in bytes, and how many lines it may have."""

    max_bytes: int
    max_rows: int


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read: its headings, and its lines in packed pieces. `digest` is the SHA-256 of its bytes."""

    format: FileFormat
    encoding: str
    delimiter: str
    digest: bytes
    header: tuple[str, ...]
    rows: int
    pieces: tuple[bytes, ...]


def read_table(
    source: BinaryIO,
    limits: Limits,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    size: int = BATCH,
) -> Table:
    """Read a CSV (plain or gzip; UTF-8 or GB 18030) or the first sheet of a workbook (.xlsx), whose formulas are what they show.

    What is not said is recognised; a piece has `size` lines. A file of rejected lines is read as the lines that they were.

    Raises:
        Invalid (table.unreadable, import.too_many_rows); TooLarge (too-large), also for what grows too large when it is unpacked.
    """
    digest = _digest(source)
    with ExitStack() as opened:
        if source.read(4) == ZIP_MAGIC:
            records = _sheet(source, limits)
            found = (FileFormat.XLSX, UTF_8, ",")
        else:
            plain = _unpacked(source, limits)
            if plain is not source:
                opened.enter_context(plain)
            coding = encoding or _encoding(plain)
            mark = delimiter or _delimiter(plain, coding)
            plain.seek(0)
            records = read_records(plain, encoding=coding, delimiter=mark)
            found = (FileFormat.CSV, coding, mark)
        opened.enter_context(closing(records))
        header = next(records, None)
        if header is None:
            raise table_errors.NO_TABLE("there is nothing in the sheet")
        again = is_rejects_header(header.cells)
        names = tuple(cell.strip() for cell in (header.cells[len(MARKS) :] if again else header.cells))
        pieces = tuple(_pieces(records, again, limits, size))
    if len(names) > MOST_COLUMNS:
        raise table_errors.NO_TABLE(f"more than {MOST_COLUMNS} columns")
    return Table(*found, digest, names, sum(size for size, _ in pieces), tuple(piece for _, piece in pieces))


def _digest(source: BinaryIO) -> bytes:
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
    source.seek(0)
    return digest.digest()


def _pieces(records: Iterator[Record], again: bool, limits: Limits, size: int) -> Iterator[tuple[int, bytes]]:
    lines: list[SourceLine] = []
    count = 0
    for record in records:
        if not any(cell.strip() for cell in record.cells) and record.problem is None:
            continue
        count += 1
        if count > limits.max_rows:
            raise errors.TOO_MANY_ROWS(f"more than {limits.max_rows}")
        lines.append(_as_it_was(record, again))
        if len(lines) == size:
            yield len(lines), pack(lines)
            lines = []
    if lines:
        yield len(lines), pack(lines)


def _as_it_was(record: Record, again: bool) -> SourceLine:
    if again:
        return SourceLine(*as_original(record))
    return SourceLine(replace(record, cells=[fused(cell) for cell in record.cells]))


def _unpacked(source: BinaryIO, limits: Limits) -> BinaryIO:
    """Return a file without gzip around it. Raises TooLarge (too-large), Invalid (table.unreadable)."""
    source.seek(0)
    packed = source.read(2) == GZIP_MAGIC
    source.seek(0)
    if not packed:
        return source
    plain = cast(BinaryIO, SpooledTemporaryFile(max_size=MOST_SPOOLED))  # noqa: SIM115 - whoever reads it lets go of it
    most = limits.max_bytes * UNPACKED_TIMES
    try:
        with gzip.GzipFile(fileobj=source) as unpacked:
            while piece := unpacked.read(PIECE):
                plain.write(piece)
                if plain.tell() > most:
                    raise TOO_LARGE(limit_bytes=most)
    except BROKEN as error:
        plain.close()
        raise table_errors.NO_TABLE(f"the file cannot be unpacked: {error}") from error
    except DomainError:
        plain.close()
        raise
    return plain


def _encoding(plain: BinaryIO) -> str:
    """Recognise the encoding: UTF-8 unless GB 18030 leaves fewer characters unread."""
    plain.seek(0)
    if plain.read(2) in UTF16_MARKS:
        return UTF_8  # the reader says what is wrong with it
    return min((UTF_8, GB18030), key=lambda coding: _unread(plain, coding))


def _unread(plain: BinaryIO, coding: str) -> int:
    """Count the places at which a file is not of this encoding."""
    plain.seek(0)
    decoder = codecs.getincrementaldecoder(coding)("replace")
    wrong = 0
    while piece := plain.read(PIECE):
        wrong += decoder.decode(piece).count("\ufffd")
    return wrong + decoder.decode(b"", final=True).count("\ufffd")


def _delimiter(plain: BinaryIO, coding: str) -> str:
    """Recognise the delimiter: the one that gives the header the most columns."""
    plain.seek(0)
    start = codecs.getincrementaldecoder(coding)("replace").decode(plain.read(LOOKED_AT))
    lines = start.splitlines() or [""]

    def columns(mark: str) -> int:
        try:
            return len(next(csv.reader(lines, delimiter=mark), []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=columns)


def _sheet(source: BinaryIO, limits: Limits) -> Generator[Record, None, None]:
    """Yield the rows of the first sheet of a workbook that are not empty. Raises TooLarge, Invalid (table.unreadable)."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
        most = limits.max_bytes * UNPACKED_TIMES
        if unpacked > most:
            raise TOO_LARGE(limit_bytes=most)
        source.seek(0)
        book = load_workbook(source, read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_row=limits.max_rows + 2, max_col=MOST_COLUMNS + 1, values_only=True)
        yield from _records(rows)
    except DomainError:
        raise
    except Exception as error:  # the library raises whatever a broken file leads it to
        raise table_errors.NO_TABLE(f"not a workbook (.xlsx): {type(error).__name__}") from error


def _records(rows: Iterator[Sequence[Any]]) -> Iterator[Record]:
    width = 0
    for number, values in enumerate(rows, 1):
        cells = [_text(value) for value in values]
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if not any(cells):
            continue
        width = width or len(cells)
        yield Record(number, number, cells + [""] * (width - len(cells)))


def _text(value: Any) -> str:
    """Write a cell as a person would type it into a CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        whole_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if whole_day else value.replace(microsecond=0).isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\0", "")
