"""How a value stands in a cell of a table that we write: in CSV and in workbooks, without a formula that a text might be."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.cells import defused
from kernel.clock import iso

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets take UTF-8 for the machine's own coding."""


def text_cell(value: Any, zone: ZoneInfo | None = None) -> str:
    """Write one value as text; a moment in UTC, or with the offset of a zone. What may be taken for a formula is defused."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return iso(value) if zone is None else value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return defused(value) if isinstance(value, str) else str(value)


def sheet_cell(value: Any, zone: ZoneInfo | None = None) -> Any:
    """Return a value as a workbook holds it: numbers as numbers; with a zone, moments as its clocks show them, and dates as such.

    Text is never a formula, and without what no workbook can hold.
    """
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]

    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if zone is not None and isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    if zone is not None and isinstance(value, date):
        return value
    # What is left out goes first: behind it a formula may begin.
    return text_cell(ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
