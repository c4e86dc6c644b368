"""The cells of a sheet as text under their heads, and what is read from them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

MOST_ROWS, MOST_COLUMNS = 3000, 100
Rows = list[tuple[int, dict[str, str]]]


def rows(sheet: Any) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows below the heads with their numbers, which count from 1; empty ones are left out."""
    heads: list[str] = []
    for number, cells in enumerate(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True), 1):
        found = [_text(cell) for cell in cells]
        if not heads:
            heads = found
            continue
        row = {head: text for head, text in zip(heads, found, strict=False) if head and text}
        if row:
            yield number, row


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).replace("\0", "").strip()


def texts(row: Mapping[str, str], name: str) -> dict[str, str]:
    """Return the texts of `label` or `hint` by locale; a column without a language is Chinese."""
    found: dict[str, str] = {}
    for head, text in row.items():
        stem, _, language = head.partition("::")
        if stem.strip() == name:
            found["en" if "(en" in language or language.strip().lower() in ("en", "english") else "zh-CN"] = text
    return found


def is_text_column(name: str) -> bool:
    """Tell whether a column has labels or hints, in whatever language."""
    return name.partition("::")[0].strip() in ("label", "hint")


def scalar(name: str, text: str) -> Any:
    """Read a member of an item that stands in a column of ours."""
    if name in ("expects", "critical"):
        return {"true": True, "false": False, "either": None}.get(text.lower(), text)
    return text if name in ("policy", "unit") else number(text)


def number(text: str) -> Any:
    """Read a number; what is none stays text."""
    try:
        return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
    except ValueError:
        return text
