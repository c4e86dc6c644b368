"""Workbooks for tests."""

import io
from typing import Any

from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]


def book(
    survey: list[list[Any]], choices: list[list[Any]] | None = None, settings: list[list[Any]] | None = None
) -> bytes:
    made = Workbook()
    made.active.title = "survey"
    sheets = {"survey": survey, "choices": choices or [["list_name", "name", "label"]]}
    sheets["settings"] = [["form_title", "form_id"], ["上门", "visit"]] if settings is None else settings
    for title, rows in sheets.items():
        sheet = made[title] if title in made.sheetnames else made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def changed(data: bytes, sheet: str, row: int, column: str, value: Any) -> bytes:
    """Write into one cell of a workbook."""
    found = load_workbook(io.BytesIO(data))
    heads = [cell.value for cell in found[sheet][1]]
    found[sheet].cell(row=row, column=heads.index(column) + 1).value = value
    buffer = io.BytesIO()
    found.save(buffer)
    return buffer.getvalue()
