"""What reviews came to, as rows with names, and as tables in the caller's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from flask import Response

from api import csv_export, transactions, xlsx_tables
from checklists.review.results.queries import By, Filter, ItemRow, ResultRow, items, results
from dispatch.accounts import queries as accounts
from dispatch.territory.names import names_of
from kernel.actor import Level
from kernel.unit_of_work import Reading

LEVELS: Mapping[By, Level] = {
    By.ZONE: Level.ZONE,
    By.GROUP: Level.GROUP,
    By.STATION: Level.STATION,
    By.REGION: Level.REGION,
}
Columns = Mapping[str, tuple[str, str]]
RESULTS: Columns = {
    "name": ("name", "名称"),
    "reviews": ("reviews", "抽检数"),
    "passed": ("passed", "合格"),
    "rework": ("rework", "返工"),
    "failed": ("failed", "不合格"),
    "overturned": ("overturned on appeal", "申诉改判"),
    "pass_percent": ("passed, %", "合格率 %"),
    "mean_score": ("mean score, %", "平均得分 %"),
    "key": ("id", "编号"),
}
ITEMS: Columns = {
    "template_code": ("template", "模板"),
    "item": ("item", "检查项"),
    "scores": ("scores", "评分数"),
    "lost": ("points lost", "扣分次数"),
    "zero": ("no points", "零分次数"),
    "lost_percent": ("points lost, %", "扣分率 %"),
    "mean_percent": ("mean, %", "平均得分率 %"),
}


@dataclass(frozen=True, slots=True)
class NamedResult(ResultRow):
    """A figure with the name of what it is of."""

    name: str | None = None


def named_results(reading: Reading, by: By, wanted: Filter) -> list[NamedResult]:
    """Return figures with the names of their places or people; templates and months are their own names. Two statements."""
    rows = results(reading, by, wanted)
    names = _names(reading, by, [row.key for row in rows if row.key is not None])
    plain = [field.name for field in fields(ResultRow)]
    return [
        NamedResult(**{name: getattr(row, name) for name in plain}, name=names.get(row.key or "", row.key))
        for row in rows
    ]


def _names(reading: Reading, by: By, keys: Sequence[str]) -> dict[str, str]:
    if by in LEVELS:
        return {str(key): name for key, name in names_of(reading, LEVELS[by], [UUID(key) for key in keys]).items()}
    if by is By.TECHNICIAN:
        people = accounts.contacts_of(reading, [UUID(key) for key in keys])
        return {str(key): one.name for key, one in people.items()}
    return {}


def results_table(by: By, wanted: Filter, *, xlsx: bool) -> Response:
    """Answer with figures as a table."""
    with transactions.request_reading() as reading:
        rows = named_results(reading, by, wanted)
    return _table(f"review-results-by-{by}", RESULTS, rows, xlsx=xlsx)


def items_table(wanted: Filter, limit: int, *, xlsx: bool) -> Response:
    """Answer with the items at which points were lost as a table."""
    with transactions.request_reading() as reading:
        rows: Sequence[ItemRow] = items(reading, wanted, limit=limit)
    return _table("review-items", ITEMS, rows, xlsx=xlsx)


def _table(name: str, columns: Columns, rows: Sequence[Any], *, xlsx: bool) -> Response:
    header = [titles[transactions.language() == "zh-CN"] for titles in columns.values()]
    cells = [[getattr(row, column) for column in columns] for row in rows]
    if xlsx:
        return xlsx_tables.respond(f"{name}.xlsx", name, header, cells)
    response = Response("".join(csv_export.lines(header, [cells])), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.vary.add("Accept-Language")
    return response
