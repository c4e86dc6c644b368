"""The cells of a line by the fields that their columns were found to be, each read as what it has to be."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.csv_stream import Record
from dispatch.customers.particulars import check_position
from dispatch.imports import errors
from dispatch.imports.kinds.kind import Plan, ReadLine, Refusal
from dispatch.requests.mapping import to_utc
from kernel.errors import DomainError

_YES = frozenset({"yes", "true", "1", "y", "是", "对"})
_NO = frozenset({"", "no", "false", "0", "n", "否", "不是"})
_DAY_MARKS = str.maketrans({"/": "-", ".": "-", "年": "-", "月": "-", "日": None})


class Cells:
    """Reads cells of the lines of one import. Everything raises Invalid (import.cell_wrong) with the field as the path."""

    def __init__(self, plan: Plan) -> None:
        names = list(plan.header)
        self._headings = dict(plan.columns)
        self._places = {field: names.index(heading) for field, heading in plan.columns.items()}
        self._zone = ZoneInfo(plan.timezone)

    def text(self, record: Record, field: str) -> str:
        """Return a cell without the blanks around it; of a column that is not there, nothing."""
        place = self._places.get(field)
        return "" if place is None else record.cells[place].strip()

    def needed(self, record: Record, field: str) -> str:
        """Return a cell that may not be empty."""
        text = self.text(record, field)
        if not text:
            raise errors.CELL_WRONG("it is empty", path=f"/{field}")
        return text

    def degrees(self, record: Record, field: str) -> float | None:
        """Return a number, or None of an empty cell."""
        text = self.text(record, field)
        try:
            return float(text) if text else None
        except ValueError as error:
            raise errors.CELL_WRONG(f"{text[:40]!r} is no number", path=f"/{field}") from error

    def position(self, record: Record) -> tuple[float | None, float | None]:
        """Return latitude and longitude in degrees of the import's system, or neither."""
        lat, lon = self.degrees(record, "lat"), self.degrees(record, "lon")
        check_position(lat, lon)
        return lat, lon

    def flag(self, record: Record, field: str) -> bool:
        """Return yes or no; an empty cell is no."""
        text = self.text(record, field).casefold()
        if text not in _YES | _NO:
            raise errors.CELL_WRONG("yes or no", path=f"/{field}")
        return text in _YES

    def day(self, record: Record, field: str) -> date | None:
        """Return a day such as 2026-11-20, 2026/11/20 or 2026年11月20日, or None of an empty cell."""
        text = self.text(record, field).translate(_DAY_MARKS)
        try:
            return datetime.strptime(text, "%Y-%m-%d").date() if text else None  # noqa: DTZ007 - a day has no zone
        except ValueError as error:
            raise errors.CELL_WRONG("a day such as 2026-11-20", path=f"/{field}") from error

    def moment(self, record: Record, field: str) -> datetime | None:
        """Return a time in UTC such as 2026-11-20 08:30, of the import's time zone, or None of an empty cell."""
        text = self.text(record, field)
        try:
            return to_utc(datetime.fromisoformat(text.replace("/", "-")), self._zone) if text else None
        except (ValueError, OverflowError) as error:
            raise errors.CELL_WRONG("a time such as 2026-11-20 08:30", path=f"/{field}") from error

    def attempt(self, record: Record, read: Callable[[Record], tuple[str, Any]]) -> ReadLine | Refusal:
        """Read a line into its key and its value, or say why it cannot be."""
        try:
            return ReadLine(record, *read(record))
        except DomainError as refused:
            return self.refusal(record, refused)

    def refusal(self, record: Record, refused: DomainError) -> Refusal:
        """Say what is wrong with a line, and in which of the file's columns."""
        problem = refused.fields[0] if refused.fields else None
        if problem is None:
            return Refusal(record, refused.code, refused.detail)
        detail = "" if problem.detail == refused.entry.title else problem.detail
        return Refusal(record, problem.code, detail, self._headings.get(problem.path.rpartition("/")[2]))
