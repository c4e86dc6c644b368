"""Technicians and shifts as tables that can be brought in again, page by page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import Response

from api import csv_export, transactions
from api.pages import MAX_LIMIT
from dispatch.accounts import queries as accounts
from dispatch.people import queries as people
from dispatch.people.roster import queries as rosters
from dispatch.people.sheets.skill_cells import write_skills
from dispatch.territory import queries as territory
from kernel.database import Page
from kernel.unit_of_work import Reading

TECHNICIANS: Mapping[str, str] = {
    "login": "登录名",
    "name": "姓名",
    "phone": "电话",
    "badge": "工号",
    "station": "服务站",
    "group": "维护组",
    "skills": "技能",
}
SHIFTS: Mapping[str, str] = {
    "login": "登录名",
    "name": "姓名",
    "day": "日期",
    "shift": "班次",
    "start_at": "开始",
    "end_at": "结束",
}
Rows = list[Sequence[Any]]
ReadPage = Callable[[Reading, Sequence[Any] | None], tuple[Rows, Sequence[Any] | None]]
"""Reads a page after a key; returns its rows, and the key to go on after."""


def technicians(filters: Mapping[str, Any]) -> Response:
    """Answer with all technicians of the caller's scope that the filters let through."""

    def read(reading: Reading, after: Sequence[Any] | None) -> tuple[Rows, Sequence[Any] | None]:
        page = people.page_of_technicians(reading, limit=MAX_LIMIT, after=after, **filters)
        logins = accounts.logins_of(reading, [row.id for row in page.items])
        codes = territory.codes_of_groups(reading, {row.group_id for row in page.items})
        rows: Rows = [
            (logins[row.id], row.name, row.phone, row.badge, *codes[row.group_id], write_skills(row.skills))
            for row in page.items
        ]
        return rows, page.after

    return _respond("technicians.csv", TECHNICIANS, read)


def shifts(filters: Mapping[str, Any]) -> Response:
    """Answer with all shifts of the caller's scope that the filters let through."""

    def read(reading: Reading, after: Sequence[Any] | None) -> tuple[Rows, Sequence[Any] | None]:
        page: Page[Any] = rosters.page_of_shifts(reading, limit=MAX_LIMIT, after=after, **filters)
        ids = {row.technician_id for row in page.items}
        logins, names = accounts.logins_of(reading, ids), accounts.contacts_of(reading, ids)
        rows: Rows = [
            (
                logins[row.technician_id],
                names[row.technician_id].name,
                row.day,
                row.type_code,
                row.start_at,
                row.end_at,
            )
            for row in page.items
        ]
        return rows, page.after

    return _respond("shifts.csv", SHIFTS, read)


def _respond(name: str, columns: Mapping[str, str], read: ReadPage) -> Response:
    """Stream a table; its first page is read at once, so that a refusal is still an answer of its own."""
    header = list(columns.values() if transactions.language() == "zh-CN" else columns)
    pages = _pages(read)
    first = next(pages)
    response = Response(
        transactions.streamed(csv_export.lines(header, _chain(first, pages))), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.vary.add("Accept-Language")
    return response


def _chain(first: Rows, others: Iterator[Rows]) -> Iterator[Rows]:
    yield first
    yield from others


def _pages(read: ReadPage) -> Iterator[Rows]:
    after: Sequence[Any] | None = None
    while True:
        with transactions.request_reading() as reading:
            rows, after = read(reading, after)
        yield rows
        if after is None:
            return
