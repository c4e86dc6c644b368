"""Reads a table of assets, line by line: what each one says, or what is wrong with it."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dispatch.assets import errors
from dispatch.assets.life import AssetKind
from dispatch.assets.particulars import NewAsset, tidy
from dispatch.cells import fused
from kernel.errors import INVALID, DomainError
from kernel.identifiers import parse_id

COLUMNS = (
    "serial",
    "vendor",
    "kind",
    "model",
    "site_id",
    "station_id",
    "bought_on",
    "installed_on",
    "warranty_until",
)
REQUIRED = ("serial", "vendor")
MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of the table, by its number (the header is 1): an asset, or the refusal."""

    number: int
    asset: NewAsset | None
    problem: DomainError | None = None


def read_sheet(content: bytes, today: date) -> Iterator[SheetLine]:
    """Yield the lines of a CSV in UTF-8 (or GB 18030, as spreadsheets in China write it) with a header; empty ones are none.

    Columns that we do not know are passed over. Raises Invalid (asset.table_wrong): no table, or too long a one.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise errors.TABLE_WRONG("neither UTF-8 nor GB 18030") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
        if missing:
            raise errors.TABLE_WRONG("the header lacks " + " and ".join(missing), path="/header")
        for nth, cells in enumerate(reader):
            if nth >= MOST_LINES:
                raise errors.TABLE_WRONG(f"more than {MOST_LINES} lines; cut it into several files")
            if any(isinstance(value, str) and value.strip() for value in cells.values()):
                yield _line(reader.line_num, cells, today)
    except csv.Error as error:
        raise errors.TABLE_WRONG(f"line {reader.line_num}: {error}") from error


def _line(number: int, cells: Mapping[str, str | None], today: date) -> SheetLine:
    # An apostrophe stands before what a spreadsheet would take for a formula; our own export writes it.
    return read_asset(number, {name: fused(cells.get(name) or "").strip() for name in COLUMNS}, today)


def read_asset(number: int, cells: Mapping[str, str], today: date) -> SheetLine:
    """Read the cells of one line, by `COLUMNS`."""
    try:
        return SheetLine(number, tidy(_asset(cells), today))
    except DomainError as problem:
        return SheetLine(number, None, problem)


def _asset(given: Mapping[str, str]) -> NewAsset:
    kind = given["kind"] or AssetKind.OTHER.value
    if kind not in list(AssetKind):
        raise INVALID("one of " + ", ".join(AssetKind), path="/kind")
    return NewAsset(
        given["serial"],
        given["vendor"],
        AssetKind(kind),
        given["model"] or None,
        _id(given["site_id"], "site_id"),
        _id(given["station_id"], "station_id"),
        _day(given["bought_on"], "bought_on"),
        _day(given["installed_on"], "installed_on"),
        _day(given["warranty_until"], "warranty_until"),
    )


def _id(text: str, name: str) -> UUID | None:
    found = parse_id(text)
    if text and found is None:
        raise INVALID("not an id", path=f"/{name}")
    return found


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise INVALID("a day such as 2026-11-22", path=f"/{name}") from error
